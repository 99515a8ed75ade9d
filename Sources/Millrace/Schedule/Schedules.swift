import WireAPI
import WireRPC

extension Client {
    /// The schedules of the namespace.
    public var schedules: Schedules { Schedules(client: self) }
}

/// The schedules of a namespace: `client.schedules`.
public struct Schedules: Sendable {
    public let client: Client

    /// A handle for a schedule. Nothing is sent.
    public subscript(id: String) -> ScheduleHandle { ScheduleHandle(client: client, id: id) }

    /// Creates a schedule.
    ///
    /// - Parameters:
    ///   - id: of the schedule; runs have the workflow id of the action.
    ///   - memo: kept with the schedule; the action has a memo of its own, for the runs.
    ///   - searchAttributes: what the schedule is found by; the action has its own, for the runs.
    ///   - triggersImmediately: whether it starts a first run at once.
    ///   - backfills: stretches of time to act on at once.
    /// - Throws: ``ScheduleAlreadyRunning``, ``InvalidOptions``, ``ConversionError``, ``NamespaceNotFound``,
    ///   ``ServiceError`` (in the server's words what is wrong with a cron expression or a time zone).
    @discardableResult
    public func create(
        _ id: String, _ schedule: Schedule, memo: Memo = [:], searchAttributes: SearchAttributes = [],
        triggersImmediately: Bool = false, backfilling backfills: [ScheduleBackfill] = []
    ) async throws -> ScheduleHandle {
        if id.isEmpty { throw InvalidOptions("id", "of the schedule must not be empty") }
        try schedule.validate()
        for backfill in backfills { try backfill.validate() }
        var request = APICreateScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = id
        request.schedule = try await schedule.wire(client.dataConverter)
        request.identity = client.identity
        request.requestID = Identity.requestID()
        if triggersImmediately { request.initialPatch.triggerImmediately = .init() }
        if !backfills.isEmpty { request.initialPatch.backfillRequest = backfills.map(\.wire) }
        if !memo.isEmpty { request.memo = try await memo.encoded(with: client.dataConverter) }
        if !searchAttributes.isEmpty { request.searchAttributes = searchAttributes.wire }
        let handle = self[id]
        _ = try await client.call(WorkflowService.createSchedule, request, about: handle.subject)
        return handle
    }

    /// Creates a schedule that starts a workflow at the times of a spec.
    ///
    /// - Parameters:
    ///   - scheduleID: of the schedule.
    ///   - workflowID: each run has this id with the time of its start behind it.
    ///   - options: of the runs.
    /// - Throws: as ``create(_:_:memo:searchAttributes:triggersImmediately:backfilling:)``.
    @discardableResult
    public func create<Definition: WorkflowDefinition>(
        _ scheduleID: String, _ spec: ScheduleSpec, start call: WorkflowCall<Definition>, id workflowID: String,
        taskQueue: String, options: WorkflowOptions = WorkflowOptions(), policy: SchedulePolicy = SchedulePolicy(),
        triggersImmediately: Bool = false
    ) async throws -> ScheduleHandle {
        let action = ScheduleAction.run(call, id: workflowID, taskQueue: taskQueue, options: options)
        return try await create(
            scheduleID, Schedule(spec, start: action, policy: policy), triggersImmediately: triggersImmediately)
    }

    /// Creates a schedule that starts a workflow again and again.
    ///
    /// - Parameter interval: counted from 1970, at least a second.
    /// - Throws: as ``create(_:_:memo:searchAttributes:triggersImmediately:backfilling:)``.
    @discardableResult
    public func create<Definition: WorkflowDefinition>(
        _ scheduleID: String, every interval: Duration, start call: WorkflowCall<Definition>, id workflowID: String,
        taskQueue: String, options: WorkflowOptions = WorkflowOptions(), policy: SchedulePolicy = SchedulePolicy(),
        triggersImmediately: Bool = false
    ) async throws -> ScheduleHandle {
        try await create(
            scheduleID, .every(interval), start: call, id: workflowID, taskQueue: taskQueue, options: options,
            policy: policy, triggersImmediately: triggersImmediately)
    }

    /// The schedules that match a query, fetched page by page as they are read.
    ///
    ///     for try await schedule in client.schedules.list("TemporalSchedulePaused = true") { … }
    ///
    /// A server may show a schedule here a moment after it was created.
    /// - Parameters:
    ///   - query: over the schedules' search attributes; empty means all schedules.
    ///   - pageSize: how many schedules one request asks for.
    public func list(_ query: String = "", pageSize: Int = 100) -> ScheduleList {
        ScheduleList(client: client, query: query, pageSize: pageSize)
    }

    /// How many schedules match a query.
    public func count(_ query: String = "") async throws -> ScheduleCount {
        var request = APICountSchedulesRequest()
        request.namespace = client.namespace
        request.query = query
        let response = try await client.call(WorkflowService.countSchedules, request)
        return ScheduleCount(
            count: Int(response.count),
            groups: response.groups.map { .init(wire: $0.groupValues, count: Int($0.count)) })
    }
}

/// How many schedules match; groups only if the query has `GROUP BY`.
public typealias ScheduleCount = RunCount

/// Schedules, fetched page by page.
public struct ScheduleList: AsyncSequence, Sendable {
    public typealias Element = ScheduleSummary

    let client: Client
    let query: String
    let pageSize: Int

    public func makeAsyncIterator() -> Iterator { Iterator(list: self) }

    public struct Iterator: AsyncIteratorProtocol {
        let list: ScheduleList
        private var walk = PageWalk<APIScheduleListEntry>()
        private var request = APIListSchedulesRequest()

        init(list: ScheduleList) {
            self.list = list
            request.namespace = list.client.namespace
            request.query = list.query
            request.maximumPageSize = Int32(clamping: list.pageSize)
        }

        public mutating func next() async throws -> ScheduleSummary? {
            let (client, request) = (list.client, request)
            let found = try await walk.next { token in
                var request = request
                request.nextPageToken = token
                let response = try await client.call(WorkflowService.listSchedules, request)
                return (response.schedules, response.nextPageToken)
            }
            guard let found else { return nil }
            return try await ScheduleSummary(wire: found, converter: client.dataConverter)
        }
    }
}
