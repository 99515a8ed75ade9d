import WireAPI

/// Which tasks go first when a task queue has more than its workers can do at once.
public struct Priority: Sendable, Hashable {
    /// 1 goes first, 5 last; `nil` is the server's default, 3.
    public var key: Int?
    /// Tasks with different fairness keys (a tenant, say) take turns within one priority.
    public var fairnessKey: String?
    /// How many turns the fairness key gets compared with others, 0.001 to 1000; `nil` means 1.
    public var fairnessWeight: Float?

    public init(_ key: Int? = nil, fairnessKey: String? = nil, fairnessWeight: Float? = nil) {
        self.key = key
        self.fairnessKey = fairnessKey
        self.fairnessWeight = fairnessWeight
    }

    package var wire: APIPriority {
        .with {
            $0.priorityKey = Int32(clamping: key ?? 0)
            $0.fairnessKey = fairnessKey ?? ""
            $0.fairnessWeight = fairnessWeight ?? 0
        }
    }

    package init(wire: APIPriority) {
        key = wire.priorityKey == 0 ? nil : Int(wire.priorityKey)
        fairnessKey = wire.fairnessKey.isEmpty ? nil : wire.fairnessKey
        fairnessWeight = wire.fairnessWeight == 0 ? nil : wire.fairnessWeight
    }
}
