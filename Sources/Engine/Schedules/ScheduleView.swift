import Foundation
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// How schedules are shown.
public enum ScheduleView {
    /// Actions that a schedule remembers, and times to come that its description gives.
    static let recentActions = 10
    /// As many in lists.
    private static let listedActions = 5
    /// Parts of a spec of one kind that a list shows.
    private static let listedParts = 10

    static func description(of schedule: Schedule, now: Nanoseconds) -> APIDescribeScheduleResponse {
        let (definition, state) = (schedule.definition, schedule.state)
        var answer = APIDescribeScheduleResponse()
        answer.schedule.spec = spec(of: schedule)
        answer.schedule.action = schedule.action
        answer.schedule.policies = schedule.policies.message
        answer.schedule.state = APIScheduleState()
        answer.schedule.state.notes = state.notes
        answer.schedule.state.paused = state.paused
        answer.schedule.state.limitedActions = state.limitedActions
        answer.schedule.state.remainingActions = state.remainingActions
        answer.info = info(of: schedule, now: now)
        if !definition.memo.isEmpty, let memo = try? APIMemo(serializedBytes: definition.memo) { answer.memo = memo }
        if let attributes = searchAttributes(of: schedule) { answer.searchAttributes = attributes }
        answer.conflictToken = state.token
        return answer
    }

    private static func info(of schedule: Schedule, now: Nanoseconds) -> APIScheduleInfo {
        let state = schedule.state
        var info = APIScheduleInfo()
        info.actionCount = state.actionCount
        info.missedCatchupWindow = state.missedCatchupWindow
        info.overlapSkipped = state.overlapSkipped
        info.bufferDropped = state.bufferDropped
        info.bufferSize = Int64(schedule.buffer.count)
        info.runningWorkflows = state.running.map { execution($0.workflowID, $0.runID) }
        info.recentActions = state.recentActions.map(result)
        info.futureActionTimes = futureTimes(of: schedule, recentActions, now: now)
        info.createTime = Google_Protobuf_Timestamp(schedule.definition.createTime)
        if state.updateTime > 0 { info.updateTime = Google_Protobuf_Timestamp(state.updateTime) }
        return info
    }

    private static func execution(_ workflowID: String, _ runID: String) -> APIWorkflowExecution {
        var execution = APIWorkflowExecution()
        execution.workflowID = workflowID
        execution.runID = runID
        return execution
    }

    private static func result(_ action: ScheduleActionRecord) -> APIScheduleActionResult {
        var result = APIScheduleActionResult()
        result.scheduleTime = Google_Protobuf_Timestamp(action.due)
        result.actualTime = Google_Protobuf_Timestamp(action.actual)
        result.startWorkflowResult = execution(action.workflowID, action.runID)
        result.startWorkflowStatus = APIWorkflowExecutionStatus(rawValue: Int(action.status)) ?? .unspecified
        return result
    }

    /// The times that will lead to starts, as things stand; a paused schedule's as if it were not.
    private static func futureTimes(
        of schedule: Schedule, _ most: Int, now: Nanoseconds
    ) -> [Google_Protobuf_Timestamp] {
        let state = schedule.state
        let count = state.limitedActions ? min(most, Int(clamping: max(0, state.remainingActions))) : most
        var time = schedule.canStartByItself ? state.lastProcessed : max(state.lastProcessed, now)
        var times: [Google_Protobuf_Timestamp] = []
        while times.count < count, let next = schedule.nextTime(after: time) {
            time = next.due
            if next.due >= state.discardBefore { times.append(Google_Protobuf_Timestamp(next.due)) }
        }
        return times
    }

    private static func spec(of schedule: Schedule) -> APIScheduleSpec {
        schedule.times?.canonical ?? (try? APIScheduleSpec(serializedBytes: schedule.definition.spec)) ?? .init()
    }

    /// The namespace's own attributes; the server's are for finding, not for showing.
    private static func searchAttributes(of schedule: Schedule) -> APISearchAttributes? {
        let bytes = schedule.definition.searchAttributes
        guard !bytes.isEmpty, var shown = try? APISearchAttributes(serializedBytes: bytes) else { return nil }
        shown.indexedFields = shown.indexedFields.filter { Engine.settableSystemAttributes[$0.key] == nil }
        return shown.indexedFields.isEmpty ? nil : shown
    }

    // MARK: Lists

    /// A schedule as lists show it.
    /// - Throws: when a stored record does not decode.
    public static func listed(
        _ stored: StoredSchedule, zones: any TimeZoneSource, now: Nanoseconds
    ) throws -> APIScheduleListEntry {
        let schedule = try Schedule(stored: stored, zones: zones)
        var entry = APIScheduleListEntry()
        entry.scheduleID = schedule.scheduleID
        entry.memo = (try? APIMemo(serializedBytes: schedule.definition.memo)) ?? APIMemo()
        if let attributes = searchAttributes(of: schedule) { entry.searchAttributes = attributes }
        entry.info.spec = listedSpec(of: schedule)
        entry.info.workflowType = schedule.action.startWorkflow.workflowType
        entry.info.notes = schedule.state.notes
        entry.info.paused = schedule.state.paused
        entry.info.recentActions = schedule.state.recentActions.suffix(listedActions).map(result)
        entry.info.futureActionTimes = futureTimes(of: schedule, listedActions, now: now)
        return entry
    }

    private static func listedSpec(of schedule: Schedule) -> APIScheduleSpec {
        var spec = spec(of: schedule)
        spec.timezoneData = Data()
        spec.interval = Array(spec.interval.prefix(listedParts))
        spec.structuredCalendar = Array(spec.structuredCalendar.prefix(listedParts))
        spec.excludeStructuredCalendar = Array(spec.excludeStructuredCalendar.prefix(listedParts))
        return spec
    }
}
