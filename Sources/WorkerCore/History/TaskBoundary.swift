import WireAPI

/// Where in a history the next workflow task begins.
enum TaskBoundary: Equatable {
    /// At this started event. `isCompleted` unless it is the newest task, which is ours to complete.
    case started(eventID: Int64, isCompleted: Bool)
    /// Nowhere: there is no further task.
    case none
    /// More of the history must be fetched to tell.
    case unknown
}

extension HistoryBuffer {
    /// Finds the next workflow task that was carried out, or is to be: tasks that failed or timed out are passed over.
    ///
    /// - Parameter newest: the started event of the task at hand, if it is one that is ours to complete.
    func nextBoundary(newest: Int64?) -> TaskBoundary {
        var candidate: Int64?
        for index in events.indices {
            let event = events[index]
            if event.eventType == .workflowTaskStarted {
                candidate = event.eventID
            } else if let started = candidate {
                if event.eventType == .workflowTaskCompleted {
                    // Markers among what the task recorded have to be known before it is replayed.
                    guard recordsEnd(after: index) else { return .unknown }
                    return .started(eventID: started, isCompleted: true)
                }
                if event.voidsStartedTask { candidate = nil }
            }
        }
        guard rest == .complete else { return .unknown }
        if let candidate, candidate == newest { return .started(eventID: candidate, isCompleted: false) }
        return .none
    }

    /// What the workflow task recorded that was started by this event: the events that its commands made.
    func records(ofTaskStartedBy started: Int64) -> [APIHistoryEvent] {
        guard
            let completed = events.firstIndex(where: { $0.eventType == .workflowTaskCompleted && $0.eventID > started })
        else { return [] }
        return Array(events[(completed + 1)...].prefix { $0.standsAmongRecords })
    }

    /// Whether all that the task recorded is here.
    func recordsEnd(after completed: Int) -> Bool {
        if rest == .complete { return true }
        return events[(completed + 1)...].contains { !$0.standsAmongRecords }
    }
}
