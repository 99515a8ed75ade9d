import WireAPI

/// Which behaviours a history was made with, so that a later version of an SDK can behave the same when it replays it.
///
/// Only what has not been recorded yet is sent with a completion. The numbers are those of the other SDKs' core, whose
/// histories we replay and who replay ours.
struct SDKFlags: Sendable {
    /// Ids and types of activities, timers and children are compared at replay; a patch also upserts the search
    /// attribute of patches; closing commands are moved behind the others.
    static let current: [UInt32] = [1, 2, 3]

    private var recorded: Set<UInt32> = []
    private var recordedName = ""
    private var recordedVersion = ""

    mutating func note(_ metadata: APIWorkflowTaskCompletedMetadata) {
        recorded.formUnion(metadata.coreUsedFlags)
        if !metadata.sdkName.isEmpty { recordedName = metadata.sdkName }
        if !metadata.sdkVersion.isEmpty { recordedVersion = metadata.sdkVersion }
    }

    /// What is to be recorded now, or nil if there is nothing new.
    func delta(name: String, version: String) -> APIWorkflowTaskCompletedMetadata? {
        var metadata = APIWorkflowTaskCompletedMetadata()
        metadata.coreUsedFlags = Self.current.filter { !recorded.contains($0) }
        if name != recordedName { metadata.sdkName = name }
        if version != recordedVersion { metadata.sdkVersion = version }
        let isEmpty = metadata.coreUsedFlags.isEmpty && metadata.sdkName.isEmpty && metadata.sdkVersion.isEmpty
        return isEmpty ? nil : metadata
    }
}
