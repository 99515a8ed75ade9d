import Foundation
import SwiftProtobuf
import WireAPI

/// Finding schedules, writing them out, and their wake-ups.
extension Engine {
    func loadSchedule(_ key: RunKey) throws -> Schedule? {
        if let schedule = schedules[key] {
            schedule.wasUsed = true
            return schedule
        }
        guard deletedRuns[key] == nil, let stored = try reader.load(schedule: key) else { return nil }
        let schedule = try Schedule(stored: stored, zones: zones)
        schedules.insert(schedule)
        do { try catchUpOnEnds(schedule) } catch {
            // To be read again, whole.
            schedules.remove(schedule)
            throw error
        }
        return schedule
    }

    /// The schedule a caller names.
    /// - Parameter changes: the call is not one that only looks.
    /// - Throws: the reference's errors for an unknown or empty id.
    func findSchedule(_ namespace: NamespaceKey, _ scheduleID: String, changes: Bool = true) throws -> Schedule {
        guard !scheduleID.isEmpty else { throw EngineError.noScheduleID }
        if let schedule = try scheduleIfAny(namespace, scheduleID) { return schedule }
        guard schedules.wasDeleted(.init(namespace: namespace, scheduleID: scheduleID)) else {
            throw EngineError.workflowNotFound(ScheduleNames.workflowID(scheduleID))
        }
        throw changes ? EngineError.workflowCompleted : EngineError.notFound("schedule not found")
    }

    func scheduleIfAny(_ namespace: NamespaceKey, _ scheduleID: String) throws -> Schedule? {
        if let schedule = schedules[.init(namespace: namespace, scheduleID: scheduleID)] {
            schedule.wasUsed = true
            return schedule
        }
        guard let key = try reader.schedule(namespace: namespace, scheduleID: scheduleID) else { return nil }
        return try loadSchedule(key)
    }

    /// Notes that the step changes a schedule, so that its changes are written at the end of the step.
    func touch(_ schedule: Schedule) {
        guard !schedule.isTouched else { return }
        schedule.isTouched = true
        touchedSchedules.append(schedule)
    }

    /// Writes what the step has changed in schedules.
    func writeOutSchedules() {
        for schedule in touchedSchedules {
            schedule.isTouched = false
            if schedule.isDeleted { continue }
            let wakeWrite = planWake(schedule)
            guard schedule.hasChanges || wakeWrite != nil else { continue }
            do {
                effects.writes += try schedule.takeWrites(visibility: visibility)
                if let wakeWrite { effects.writes.append(wakeWrite) }
            } catch {
                rejectStep(error)
            }
            noteWritten(schedule)
        }
        touchedSchedules.removeAll(keepingCapacity: true)
    }

    /// Removes a schedule from memory and from the store. Runs that it has started go on.
    func removeSchedule(_ schedule: Schedule) {
        schedule.isDeleted = true
        schedules.remove(schedule)
        schedules.noteDeleted(schedule)
        noteDeleted(schedule.key)
        write(.deleteRun(run: schedule.key))
    }

    func removeSchedules(of namespace: NamespaceKey) throws {
        for schedule in schedules.byKey.values.sorted(by: { $0.key < $1.key }) where schedule.namespace == namespace {
            removeSchedule(schedule)
        }
        let stored = try reader.schedules(namespace: namespace, limit: .max)
        for key in stored where deletedRuns[key] == nil {
            noteDeleted(key)
            write(.deleteRun(run: key))
        }
    }

    // MARK: Wake-ups

    /// Keeps the stored and the planned wake-up no later than what is due next. One that comes too early costs a look.
    private func planWake(_ schedule: Schedule) -> StoreWrite? {
        guard let next = nextWake(of: schedule) else {
            guard schedule.state.wakeAt != 0 else { return nil }
            schedule.update { $0.wakeAt = 0 }
            return .clearWake(run: schedule.key)
        }
        guard schedule.state.wakeAt == 0 || next < schedule.state.wakeAt else { return nil }
        schedule.update { $0.wakeAt = next }
        addWake(schedule.key, at: next)
        return .setWake(run: schedule.key, at: next)
    }

    private func nextWake(of schedule: Schedule) -> Nanoseconds? {
        var moments: [Nanoseconds] = []
        if let retryAt = schedule.retryAt { moments.append(retryAt) }
        if schedule.canBackfill(limits) { moments.append(now) }
        if schedule.canStartByItself, let next = schedule.nextTime(after: schedule.state.lastProcessed) {
            moments.append(next.due)
        } else if let expiry = idleExpiry(of: schedule) {
            moments.append(expiry)
        }
        return moments.min()
    }

    /// When a schedule goes that has nothing left to do; `nil` if it has.
    private func idleExpiry(of schedule: Schedule) -> Nanoseconds? {
        let state = schedule.state
        guard !state.paused, state.running.isEmpty, schedule.buffer.isEmpty, state.backfills.isEmpty else { return nil }
        return ProtoTime.after(state.lastEvent, limits.idleScheduleRetention)
    }

    /// A schedule's wake-up has come.
    func wake(_ schedule: Schedule) {
        guard !schedule.isDeleted, schedule.state.wakeAt != 0, schedule.state.wakeAt <= now else { return }
        touch(schedule)
        schedule.update { $0.wakeAt = 0 }
        if let expiry = idleExpiry(of: schedule), expiry <= now, !schedule.hasTimes { return removeSchedule(schedule) }
        advance(schedule)
        // With nothing planned any more the stored wake-up goes; otherwise writing the schedule out replaces it.
        if nextWake(of: schedule) == nil { write(.clearWake(run: schedule.key)) }
    }

    func evictSchedules() {
        schedules.evict(above: limits.cachedSchedules, bytes: limits.cachedScheduleBytes) { schedule in
            !schedule.isTouched && isDurable(schedule.lastBatch) && schedule.retryAt == nil
        }
    }

    // MARK: What lists show

    /// Where a schedule stands among workflows: in a division that lists of workflows leave out.
    private func visibility(_ schedule: Schedule) -> VisibilityRow {
        let definition = schedule.definition
        var attributes = (try? APISearchAttributes(serializedBytes: definition.searchAttributes)) ?? .init()
        attributes.indexedFields["TemporalSchedulePaused"] = .attribute(schedule.state.paused ? "true" : "false", .bool)
        attributes.indexedFields[SystemSearchAttributes.namespaceDivision] = .attribute(
            "\"\(ScheduleNames.division)\"", .keyword)
        let workflowID = ScheduleNames.workflowID(schedule.scheduleID)
        return VisibilityRow(
            run: schedule.key, namespace: schedule.namespace, workflowID: workflowID, runID: definition.runID,
            workflowType: ScheduleNames.workflowType, taskQueue: ScheduleNames.taskQueue,
            status: APIWorkflowExecutionStatus.running.rawValue, startTime: definition.createTime,
            executionTime: definition.createTime, rootWorkflowID: workflowID, rootRunID: definition.runID,
            memo: definition.memo.isEmpty ? nil : definition.memo, searchAttributes: try? attributes.serializedData())
    }
}

/// How schedules are called where they stand among workflows.
public enum ScheduleNames {
    public static let division = "TemporalScheduler"
    static let workflowType = "temporal-sys-scheduler-workflow"
    static let taskQueue = "temporal-sys-per-ns-tq"
    static let prefix = "temporal-sys-scheduler:"

    static func workflowID(_ scheduleID: String) -> String { prefix + scheduleID }
}

extension APIPayload {
    /// A search attribute's value.
    static func attribute(_ json: String, _ type: APIIndexedValueType) -> APIPayload {
        var payload = APIPayload()
        payload.metadata = ["encoding": Data("json/plain".utf8), "type": Data(Engine.typeName(type).utf8)]
        payload.data = Data(json.utf8)
        return payload
    }
}
