import SwiftProtobuf
import WireAPI
import WireRPC

/// Updates of a run's page: what changes whenever its history grows, or an attempt begins or fails.
enum RunLive {
    /// How often an activity under way is looked at: its attempts and heartbeats leave no events.
    private static let activityInterval = Duration.seconds(2)

    static func feed(_ tab: RunTab, _ request: PageRequest) -> LiveFeed {
        LiveFeed { sender in
            let source = RunSource(request)
            let actions = await RunActions.offered(request.service)
            var reader = source.historyRequest()
            reader.waitNewEvent = true
            var events: [APIHistoryEvent] = []
            var isWaiting = false
            while true {
                let isEnd = try await read(&reader, &events, source.service, timeout: isWaiting)
                let description = try await source.describe()
                // The history comes in pages; what is there already is read before anything is shown.
                guard isEnd || events.count >= description.workflowExecutionInfo.historyLength else { continue }
                let snapshot = RunSnapshot(
                    key: source.key, description: description,
                    history: RunHistory(events, pending: description.pendingActivities),
                    pollers: isEnd ? nil : await source.pollers(description), now: .wallClock())
                let view = RunView(tab: tab, request: request, run: snapshot, actions: actions)
                for part in view.frameParts { sender.replace(part.id, part.html) }
                // A form that is being filled in and the answer to a query stay as they are.
                if tab != .queries || isEnd {
                    for part in try await view.parts() { sender.replace(part.id, part.html) }
                }
                if isEnd {
                    sender.replace(
                        "run-actions", "<div class=\"actions\" id=\"run-actions\">\(actions.menu(snapshot))</div>")
                    sender.finish()
                    return
                }
                isWaiting = !description.pendingActivities.isEmpty || description.hasPendingWorkflowTask
            }
        }
    }

    /// Reads what is new, or waits for it.
    /// - Returns: Whether the run has closed and all of its history is read.
    private static func read(
        _ request: inout APIGetWorkflowExecutionHistoryRequest, _ events: inout [APIHistoryEvent], _ service: Service,
        timeout isShort: Bool
    ) async throws -> Bool {
        do {
            let answer = try await service.call(
                WorkflowService.getWorkflowExecutionHistory, request,
                timeout: isShort ? activityInterval : Service.longPollTimeout)
            events += answer.history.events
            request.nextPageToken = answer.nextPageToken
            return answer.nextPageToken.isEmpty
        } catch let error as RPCError where error.code == .deadlineExceeded {
            return false
        }
    }
}
