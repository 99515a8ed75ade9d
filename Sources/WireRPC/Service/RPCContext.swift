/// What a handler knows of the call it answers.
public struct RPCContext: Sendable {
    /// Metadata of the request (lower-case keys; `-bin` values still base64).
    public var metadata: [(key: String, value: String)]
    /// When the caller stops waiting, on the monotonic clock; `nil` means it set no limit.
    public var deadline: ContinuousClock.Instant?
    /// Where the call comes from, for logs; `in-process` for a call that never left the process.
    public var peer: String

    public init(
        metadata: [(key: String, value: String)] = [], deadline: ContinuousClock.Instant? = nil,
        peer: String = "in-process"
    ) {
        self.metadata = metadata
        self.deadline = deadline
        self.peer = peer
    }

    /// The first value of a metadata key.
    public func metadata(_ key: String) -> String? {
        metadata.first { $0.key == key }?.value
    }
}
