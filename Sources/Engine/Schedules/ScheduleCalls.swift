import Foundation
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// What clients ask of schedules. Everything has taken effect when the call returns.
extension Engine {
    private static var mostMatchingTimes: Int { 1_000 }

    func createSchedule(_ request: APICreateScheduleRequest) throws -> APICreateScheduleResponse {
        let namespace = try namespaces.named(request.namespace)
        try checkCreate(request, namespace.key)
        let spec = try canonicalSpec(request.schedule.spec)
        if let former = try scheduleIfAny(namespace.key, request.scheduleID) {
            guard former.definition.createRequestID == request.requestID else {
                throw EngineError(
                    .alreadyExists, "schedule \"\(request.scheduleID)\" is already registered",
                    detail: APIWorkflowExecutionAlreadyStartedFailure())
            }
            return created(former)
        }
        var definition = try definition(
            ScheduleDefinition(), request.schedule, spec: spec,
            memo: request.hasMemo ? request.memo : nil,
            attributes: request.hasSearchAttributes ? request.searchAttributes : nil, namespace.key)
        definition.scheduleID = request.scheduleID
        definition.runID = Identifiers.timeOrdered(now: now, random: random)
        definition.createRequestID = request.requestID
        definition.createTime = now
        definition.seed = "\(namespace.record.id)-\(request.scheduleID)"
        var state = ScheduleState()
        state.conflictToken = 1
        state.lastProcessed = now
        state.lastEvent = now
        state.set(request.schedule.state)
        lastRunKey += 1
        let schedule = try Schedule(
            new: lastRunKey, namespace: namespace.key, definition: definition, state: state, zones: zones)
        schedules.insert(schedule)
        touch(schedule)
        if request.hasInitialPatch { apply(request.initialPatch, to: schedule) }
        return created(schedule)
    }

    private func created(_ schedule: Schedule) -> APICreateScheduleResponse {
        var answer = APICreateScheduleResponse()
        answer.conflictToken = schedule.state.token
        return answer
    }

    /// A schedule's definition with what a request gives put in; what it does not give stays.
    private func definition(
        _ former: ScheduleDefinition, _ given: APISchedule, spec: APIScheduleSpec, memo: APIMemo?,
        attributes: APISearchAttributes?, _ namespace: NamespaceKey
    ) throws -> ScheduleDefinition {
        var definition = former
        definition.spec = try spec.serializedData()
        definition.action = try normalized(given.action, namespace).serializedData()
        definition.policies = try given.policies.serializedData()
        if let memo { definition.memo = memo.fields.isEmpty ? Data() : try memo.serializedData() }
        if let attributes {
            var own = typed(attributes, namespace: namespace)
            // The server keeps these itself.
            own.indexedFields["TemporalSchedulePaused"] = nil
            own.indexedFields[SystemSearchAttributes.namespaceDivision] = nil
            definition.searchAttributes = own.indexedFields.isEmpty ? Data() : try own.serializedData()
        }
        return definition
    }

    func describeSchedule(_ request: APIDescribeScheduleRequest) throws -> APIDescribeScheduleResponse {
        let namespace = try namespaces.named(request.namespace).key
        let schedule = try findSchedule(namespace, request.scheduleID, changes: false)
        return ScheduleView.description(of: schedule, now: now)
    }

    func updateSchedule(_ request: APIUpdateScheduleRequest) throws -> APIUpdateScheduleResponse {
        let namespace = try namespaces.named(request.namespace).key
        try checkUpdate(request, namespace)
        let spec = try canonicalSpec(request.schedule.spec)
        let schedule = try findSchedule(namespace, request.scheduleID)
        // A caller that repeats its call holds a token that its first call has made stale.
        if schedule.requests[request.requestID] != nil { return APIUpdateScheduleResponse() }
        // What has come up to now counts as the schedule was.
        advance(schedule)
        if !request.conflictToken.isEmpty && request.conflictToken != schedule.state.token {
            throw EngineError(.failedPrecondition, "mismatched conflict token")
        }
        let definition = try definition(
            schedule.definition, request.schedule, spec: spec, memo: request.hasMemo ? request.memo : nil,
            attributes: request.hasSearchAttributes ? request.searchAttributes : nil, namespace)
        schedule.redefine(definition, normalized(request.schedule.action, namespace), zones: zones)
        schedule.update { state in
            state.set(request.schedule.state)
            state.updateTime = now
            state.lastEvent = now
            state.conflictToken += 1
            state.discardBefore = now
            // Times before now whose jitter reaches beyond it are still to come.
            let reach = ProtoTime.after(max(0, spec.jitter.nanoseconds), .second)
            state.lastProcessed = max(state.lastProcessed, now - min(now, reach))
        }
        schedule.remember(request: request.requestID)
        advance(schedule)
        return APIUpdateScheduleResponse()
    }

    func patchSchedule(_ request: APIPatchScheduleRequest) throws -> APIPatchScheduleResponse {
        let namespace = try namespaces.named(request.namespace).key
        try checkPatch(request)
        let schedule = try findSchedule(namespace, request.scheduleID)
        if !request.requestID.isEmpty && schedule.requests[request.requestID] != nil {
            return APIPatchScheduleResponse()
        }
        advance(schedule)
        schedule.remember(request: request.requestID)
        apply(request.patch, to: schedule)
        return APIPatchScheduleResponse()
    }

    private func apply(_ patch: APISchedulePatch, to schedule: Schedule) {
        if patch.hasTriggerImmediately { trigger(schedule, patch.triggerImmediately) }
        for request in patch.backfillRequest { backfill(schedule, request) }
        if !patch.pause.isEmpty { setPaused(true, patch.pause, schedule) }
        if !patch.unpause.isEmpty { setPaused(false, patch.unpause, schedule) }
        advance(schedule)
    }

    private func setPaused(_ paused: Bool, _ note: String, _ schedule: Schedule) {
        schedule.update { state in
            state.paused = paused
            state.notes = note
            state.conflictToken += 1
        }
    }

    func deleteSchedule(_ request: APIDeleteScheduleRequest) throws -> APIDeleteScheduleResponse {
        let namespace = try namespaces.named(request.namespace).key
        removeSchedule(try findSchedule(namespace, request.scheduleID))
        return APIDeleteScheduleResponse()
    }

    func listMatchingTimes(
        _ request: APIListScheduleMatchingTimesRequest
    ) throws -> APIListScheduleMatchingTimesResponse {
        let namespace = try namespaces.named(request.namespace).key
        let schedule = try findSchedule(namespace, request.scheduleID, changes: false)
        guard request.hasStartTime, request.hasEndTime else {
            throw EngineError.invalid("missing or invalid query: give start_time and end_time")
        }
        if schedule.times == nil { throw EngineError.invalid("invalid schedule: \(schedule.specProblem)") }
        var answer = APIListScheduleMatchingTimesResponse()
        var time = request.startTime.nanoseconds
        let end = request.endTime.nanoseconds
        while answer.startTime.count < Self.mostMatchingTimes, let next = schedule.nextTime(after: time),
            next.due <= end
        {
            answer.startTime.append(Google_Protobuf_Timestamp(next.due))
            time = next.due
        }
        return answer
    }
}

extension ScheduleState {
    /// What a caller has to know to change the schedule as it has seen it.
    var token: Data { withUnsafeBytes(of: conflictToken.bigEndian) { Data($0) } }

    mutating func set(_ given: APIScheduleState) {
        notes = given.notes
        paused = given.paused
        limitedActions = given.limitedActions
        remainingActions = given.remainingActions
    }
}
