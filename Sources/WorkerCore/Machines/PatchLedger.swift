import WireAPI

/// What is known of a run's patches.
///
/// | history has             | code asks      | what happens                                                  |
/// |-------------------------|----------------|---------------------------------------------------------------|
/// | nothing, not replaying  | patched        | marker and upsert are sent; the answer is true                |
/// | nothing, not replaying  | deprecated     | marker, marked as deprecated, and upsert are sent             |
/// | nothing, replaying      | patched        | the code got no `notifyHasPatch`: false, and no command       |
/// | nothing, replaying      | deprecated     | no command                                                    |
/// | marker                  | either         | announced before; the command meets its event                 |
/// | marker                  | neither        | nondeterminism                                                |
/// | deprecated marker       | neither        | the marker (and its upsert) is skipped                        |
struct PatchLedger: Sendable {
    struct Upcoming: Sendable {
        /// Whether the marker is followed by the upsert of the patches' search attribute.
        var hasUpsert: Bool
    }

    /// Patches that the run has: recorded in history or asked for now.
    private(set) var known: Set<String> = []
    /// Patches for which the code gave a command, or would have.
    private var asked: Set<String> = []
    /// Patches that history records for the workflow task being replayed.
    private var upcoming: [String: Upcoming] = [:]

    /// What history records for the workflow task that comes next. Returns what to announce to the code.
    mutating func lookAhead(_ markers: [(marker: PatchMarker, hasUpsert: Bool)]) -> [ActivationJob] {
        upcoming.removeAll()
        return markers.map { entry in
            upcoming[entry.marker.id] = Upcoming(hasUpsert: entry.hasUpsert)
            known.insert(entry.marker.id)
            return .notifyHasPatch(id: entry.marker.id)
        }
    }

    enum Request {
        /// No command: asked before, or the run did not have it when this was first run.
        case nothing
        /// A marker, and an upsert after it.
        case record(APIUpsertWorkflowSearchAttributesCommandAttributes?)
    }

    /// The code has asked for a patch.
    mutating func ask(_ id: String, isReplaying: Bool) -> Request {
        guard asked.insert(id).inserted else { return .nothing }
        if isReplaying {
            guard let recorded = upcoming[id] else { return .nothing }
            return .record(recorded.hasUpsert ? APIUpsertWorkflowSearchAttributesCommandAttributes() : nil)
        }
        known.insert(id)
        return .record(PatchMarker.versionUpsert(of: known))
    }
}
