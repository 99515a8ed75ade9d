import APIJSON
import SwiftProtobuf
import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One thing that happened in a run.
public struct HistoryEvent: Sendable {
    package let wire: APIHistoryEvent

    package init(wire: APIHistoryEvent) {
        self.wire = wire
    }

    /// From 1, without gaps.
    public var id: Int { Int(wire.eventID) }
    public var time: Date { wire.eventTime.foundationDate }
    /// What happened, as in `ActivityTaskScheduled`.
    public var type: String { HistoryJSON.shortName(of: wire.eventType) }
    /// The whole event as JSON, in the form the API defines.
    public func json() throws -> String { try wire.jsonString() }
}

extension UntypedWorkflowHandle {
    /// What happened in the run, event by event, fetched page by page as it is read.
    ///
    /// - Parameter waitsForMore: whether to go on with what is still to come, until the run closes.
    public func history(waitsForMore: Bool = false) -> HistoryEvents {
        HistoryEvents(handle: self, waitsForMore: waitsForMore)
    }

    /// The whole history as JSON, as `temporal workflow show --output json` prints it: what a replayer reads.
    public func historyJSON() async throws -> String {
        var events: [APIHistoryEvent] = []
        for try await event in history() { events.append(event.wire) }
        return try HistoryJSON.text(APIHistory.with { $0.events = events })
    }
}

/// The events of one run, fetched page by page.
public struct HistoryEvents: AsyncSequence, Sendable {
    public typealias Element = HistoryEvent

    let handle: UntypedWorkflowHandle
    let waitsForMore: Bool

    public func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    public struct Iterator: AsyncIteratorProtocol {
        let events: HistoryEvents
        private var page: [APIHistoryEvent] = []
        private var position = 0
        private var request = APIGetWorkflowExecutionHistoryRequest()
        private var isLastPage = false

        init(events: HistoryEvents) {
            self.events = events
            request.namespace = events.handle.client.namespace
            request.execution = events.handle.execution
            // The newest run at the time of each page could be another one, so the handle's own run is preferred.
            request.execution.runID = events.handle.runID ?? events.handle.resultRunID ?? ""
            request.waitNewEvent = events.waitsForMore
            request.skipArchival = events.waitsForMore
        }

        public mutating func next() async throws -> HistoryEvent? {
            let handle = events.handle
            while position == page.count {
                if isLastPage { return nil }
                try Task.checkCancellation()
                let method = WorkflowService.getWorkflowExecutionHistory
                let response =
                    events.waitsForMore
                    ? try await handle.client.poll(method, request, about: handle.subject)
                    : try await handle.client.call(method, request, about: handle.subject)
                page = response.history.events
                position = 0
                request.nextPageToken = response.nextPageToken
                isLastPage = response.nextPageToken.isEmpty
            }
            defer { position += 1 }
            return HistoryEvent(wire: page[position])
        }
    }
}
