import Foundation
import SwiftProtobuf
import WireAPI

/// `GetWorkflowExecutionHistory`: pages, long polls and the close-event filter. The events themselves are read by the
/// host, from the store.
extension Engine {
    func getHistory(_ call: EngineCall, _ request: APIGetWorkflowExecutionHistoryRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        let given = try checkedExecution(request.hasExecution ? request.execution : nil)
        let token = try historyToken(request.nextPageToken, given)
        let run = try findRun(namespace, execution(given, token))
        if let token, token.run != run.key { throw EngineError.invalid("Invalid NextPageToken.") }
        let waiter = HistoryWaiter(
            call: call.id, nextEventID: max(1, token?.nextEventID ?? 1),
            closeEventOnly: request.historyEventFilterType == .closeEvent,
            pageSize: pageSize(request.maximumPageSize), isSDK: call.isSDK, continues: request.waitNewEvent)
        if waiter.closeEventOnly {
            guard run.isOpen else { return answerCloseEvent(waiter, run) }
            return park(waiter, call, run)
        }
        let follows = request.waitNewEvent || token?.follow == true
        let end = token.map(\.endEventID).flatMap { $0 > 0 ? $0 : nil } ?? run.header.nextEventID
        if waiter.nextEventID >= end, follows, run.isOpen { return park(waiter.continuing, call, run) }
        answerPage(waiter, run, end: end, follows: follows)
    }

    private func pageSize(_ asked: Int32) -> Int {
        asked > 0 ? min(Int(asked), limits.historyPage) : limits.historyPage
    }

    private func historyToken(_ bytes: Data, _ execution: APIWorkflowExecution) throws -> HistoryToken? {
        guard !bytes.isEmpty else { return nil }
        guard let token = try? HistoryToken(serializedBytes: bytes), token.run > 0 else {
            throw EngineError.invalid("Invalid NextPageToken.")
        }
        if !execution.runID.isEmpty && execution.runID != token.runID {
            throw EngineError.invalid("RunId in the request does not match the NextPageToken.")
        }
        return token
    }

    private func execution(_ given: APIWorkflowExecution, _ token: HistoryToken?) -> APIWorkflowExecution {
        guard let token else { return given }
        var execution = given
        execution.runID = token.runID
        return execution
    }

    private func park(_ waiter: HistoryWaiter, _ call: EngineCall, _ run: Run) {
        run.historyWaiters.append(waiter)
        waiting[call.id] = .history(run.key)
        let longest = ProtoTime.after(now, limits.historyLongPoll)
        let end = call.deadline.map { min(longest, $0 - .second) } ?? longest
        callDeadlines.insert(CallDeadline(at: end, call: call.id))
    }

    /// A long poll that saw nothing: no events, and a token to ask again with.
    func endHistoryWait(_ call: CallID, run key: RunKey) {
        guard let run = runs[key], let index = run.historyWaiters.firstIndex(where: { $0.call == call }) else { return }
        let waiter = run.historyWaiters.remove(at: index)
        let next = waiter.continues ? token(run, next: waiter.nextEventID, end: 0, follows: true) : []
        answerEmpty(waiter, run, token: next)
    }

    func answerHistoryWaiters(_ run: Run) {
        guard !run.historyWaiters.isEmpty else { return }
        var remaining: [HistoryWaiter] = []
        for waiter in run.historyWaiters {
            if waiter.closeEventOnly && run.isOpen {
                remaining.append(waiter)
                continue
            }
            waiting[waiter.call] = nil
            if waiter.closeEventOnly {
                answerCloseEvent(waiter, run)
            } else {
                answerPage(waiter, run, end: run.header.nextEventID, follows: true)
            }
        }
        run.historyWaiters = remaining
    }

    private func answerEmpty(_ waiter: HistoryWaiter, _ run: Run, token: [UInt8]) {
        reply(
            waiter.call,
            .history(HistoryRead(run: run.key, eventIDs: 1..<1, nextPageToken: token)))
    }

    private func answerCloseEvent(_ waiter: HistoryWaiter, _ run: Run) {
        let last = run.header.nextEventID - 1
        var read = HistoryRead(run: run.key, eventIDs: last..<(last + 1), lastEventOnly: true)
        // Whoever waits for a run's end is answered in the step that ends it: the event need not be read back.
        if let event = run.recentEvent(last) {
            read.eventIDs = 1..<1
            read.unstored = [event]
        }
        reply(waiter.call, .history(read))
    }

    private func answerPage(_ waiter: HistoryWaiter, _ run: Run, end: Int64, follows: Bool) {
        let start = min(waiter.nextEventID, end)
        let pageEnd = min(end, start + Int64(waiter.pageSize))
        var next: [UInt8] = []
        var unstored: [APIHistoryEvent] = []
        if pageEnd < end {
            next = token(run, next: pageEnd, end: follows ? 0 : end, follows: follows)
        } else if follows && run.isOpen {
            next = token(run, next: pageEnd, end: 0, follows: true)
        } else if waiter.isSDK {
            unstored = transientEvents(of: run, showsIdentity: false)
        }
        reply(
            waiter.call,
            .history(
                HistoryRead(run: run.key, eventIDs: start..<pageEnd, unstored: unstored, nextPageToken: next)))
    }

    private func token(_ run: Run, next: Int64, end: Int64, follows: Bool) -> [UInt8] {
        var token = HistoryToken()
        token.run = run.key
        token.runID = run.fixed.runID
        token.nextEventID = next
        token.endEventID = end
        token.follow = follows
        return (try? token.serializedBytes()) ?? []
    }

    func getHistoryReverse(_ call: EngineCall, _ request: APIGetWorkflowExecutionHistoryReverseRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        let given = try checkedExecution(request.hasExecution ? request.execution : nil)
        let token = try historyToken(request.nextPageToken, given)
        let run = try findRun(namespace, execution(given, token))
        // `nextEventID` of the token is one past the newest event still to be answered.
        let end = token?.nextEventID ?? run.header.nextEventID
        let start = max(1, end - Int64(pageSize(request.maximumPageSize)))
        let next = start > 1 ? self.token(run, next: start, end: 0, follows: false) : []
        reply(
            call.id,
            .history(HistoryRead(run: run.key, eventIDs: start..<max(start, end), nextPageToken: next, reversed: true)))
    }
}
