import WorkerCore

extension Workflow {
    /// Whether this run takes the new path of a change.
    ///
    /// Runs that began before the change was deployed, and have passed this place, take the old path; all others take
    /// the new one, for good. Once no run of the old path is left, use ``deprecatePatch(_:)``, and later nothing.
    ///
    ///     if Workflow.patched("sorted-stories") { … } else { … }
    public static func patched(_ id: String) -> Bool {
        guard let context = RunContext.entered(reading: "Workflow.patched") else { return true }
        if let answer = context.answeredPatches[id] { return answer }
        let answer = !context.isReplaying || context.announcedPatches.contains(id)
        context.answeredPatches[id] = answer
        if answer { context.emit(.setPatchMarker(id: id, deprecated: false)) }
        return answer
    }

    /// Says that every run takes the new path of a change, whose old path is gone from the code.
    public static func deprecatePatch(_ id: String) {
        guard let context = RunContext.entered(reading: "Workflow.deprecatePatch") else { return }
        guard context.answeredPatches[id] == nil else { return }
        context.answeredPatches[id] = true
        context.emit(.setPatchMarker(id: id, deprecated: true))
    }
}
