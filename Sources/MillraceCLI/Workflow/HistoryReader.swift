import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads histories page by page.
struct HistoryReader: Sendable {
    let client: ServiceClient

    /// The events that are there, newest first if asked, page by page.
    func read(
        _ execution: APIWorkflowExecution, newestFirst: Bool = false, _ handle: ([APIHistoryEvent]) throws -> Void
    ) async throws {
        var token = Data()
        repeat {
            let (events, next) =
                newestFirst ? try await reversePage(execution, token) : try await page(execution, token)
            try handle(events)
            token = next
        } while !token.isEmpty
    }

    /// The events as they happen, until the run closes.
    /// - Returns: the closing event.
    func follow(
        _ execution: APIWorkflowExecution, _ handle: ([APIHistoryEvent]) async throws -> Void
    ) async throws -> ExecutionOutcome {
        var token = Data()
        while true {
            let (events, next) = try await page(execution, token, waits: true)
            try await handle(events)
            if let last = events.last, ExecutionOutcome.isClosing(last) { return ExecutionOutcome(closeEvent: last) }
            guard !next.isEmpty else { throw OperationError("the history ended before the workflow did") }
            token = next
        }
    }

    /// The closing event of a run; waits for it.
    func closeEvent(_ execution: APIWorkflowExecution) async throws -> ExecutionOutcome {
        var token = Data()
        while true {
            let (events, next) = try await page(execution, token, waits: true, onlyCloseEvent: true)
            if let last = events.last, ExecutionOutcome.isClosing(last) { return ExecutionOutcome(closeEvent: last) }
            guard !next.isEmpty else { throw OperationError("the history ended before the workflow did") }
            token = next
        }
    }

    /// The closing event of the last run of a chain (continue-as-new, retries); waits for it.
    func finalOutcome(_ execution: APIWorkflowExecution) async throws -> ExecutionOutcome {
        var execution = execution
        while true {
            let outcome = try await closeEvent(execution)
            guard let next = outcome.nextRunID else { return outcome }
            execution.runID = next
        }
    }

    private func page(
        _ execution: APIWorkflowExecution, _ token: Data, waits: Bool = false, onlyCloseEvent: Bool = false
    ) async throws -> ([APIHistoryEvent], Data) {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = client.namespace
        request.execution = execution
        request.nextPageToken = token
        request.waitNewEvent = waits
        request.historyEventFilterType = onlyCloseEvent ? .closeEvent : .allEvent
        request.skipArchival = true
        let response = try await client.call(
            WorkflowService.getWorkflowExecutionHistory, request, isLongPoll: waits)
        return (try Self.events(response.history, response.rawHistory), response.nextPageToken)
    }

    private func reversePage(
        _ execution: APIWorkflowExecution, _ token: Data
    ) async throws -> ([APIHistoryEvent], Data) {
        var request = APIGetWorkflowExecutionHistoryReverseRequest()
        request.namespace = client.namespace
        request.execution = execution
        request.nextPageToken = token
        let response = try await client.call(WorkflowService.getWorkflowExecutionHistoryReverse, request)
        return (response.history.events, response.nextPageToken)
    }

    /// Servers may answer with encoded histories.
    private static func events(_ history: APIHistory, _ raw: [APIDataBlob]) throws -> [APIHistoryEvent] {
        guard !raw.isEmpty else { return history.events }
        return try raw.flatMap { try APIHistory(serializedBytes: $0.data).events }
    }
}
