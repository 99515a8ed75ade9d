import ArgumentParser
import WireAPI
import WireRPC

/// What both creating and updating a schedule can set.
struct ScheduleOptions: ParsableArguments, Sendable {
    @OptionGroup var spec: ScheduleSpecOptions
    @OptionGroup var policy: SchedulePolicyOptions
    @OptionGroup var workflow: NewWorkflowOptions
    @OptionGroup var input: PayloadInputOptions

    func schedule() throws -> APISchedule {
        var schedule = APISchedule()
        schedule.spec = try spec.spec()
        var action = try workflow.message(input: try input.payloads() ?? .init())
        action.taskQueue.kind = .normal
        schedule.action.startWorkflow = action
        schedule.policies = policy.policies
        schedule.state = try policy.state()
        return schedule
    }
}

/// `millrace schedule create`
struct ScheduleCreateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a schedule.",
        discussion: """
            millrace schedule create -s reports --interval 1h -t my-queue --type MyPipeline --input '{"n": 30}'
            millrace schedule create -s fridays --cron '30 12 * * Fri' --time-zone Europe/Rome -t my-queue --type MyPipeline
            """)

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup var schedule: ScheduleOptions

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Memo of the schedule, with a JSON value; repeatable.", valueName: "key=json"))
    var scheduleMemo: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Search attribute of the schedule, with a JSON value; repeatable.", valueName: "key=json"))
    var scheduleSearchAttribute: [String] = []

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard !reference.scheduleId.isEmpty else { throw UsageError("no schedule ID in options") }
        var request = APICreateScheduleRequest()
        request.scheduleID = reference.scheduleId
        request.schedule = try schedule.schedule()
        if let memo = try KeyValues.memo(scheduleMemo) { request.memo = memo }
        if let attributes = try KeyValues.searchAttributes(scheduleSearchAttribute) {
            request.searchAttributes = attributes
        }
        let client = try await session.client(connection)
        request.namespace = client.namespace
        request.identity = client.identity
        request.requestID = SystemInfo.uniqueID()
        do {
            _ = try await client.call(WorkflowService.createSchedule, request)
        } catch let error as RPCError where error.code == .alreadyExists {
            throw OperationError("schedule with this ID is already registered")
        }
        session.remark("Schedule created")
    }
}

/// `millrace schedule update`
struct ScheduleUpdateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Replace a schedule.",
        discussion: """
            All is replaced but memo and search attributes of the schedule: give every option that shall stay, too. \
            `millrace schedule describe` shows what there is.
            """)

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup var schedule: ScheduleOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let schedule = try schedule.schedule()
        let client = try await session.client(connection)
        // Asked first, since servers take an update of a schedule that is gone.
        _ = try await client.describeSchedule(reference.scheduleId)
        var request = APIUpdateScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = reference.scheduleId
        request.schedule = schedule
        request.identity = client.identity
        request.requestID = SystemInfo.uniqueID()
        _ = try await client.call(WorkflowService.updateSchedule, request)
        session.remark("Schedule updated")
    }
}

/// `millrace schedule delete`
struct ScheduleDeleteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove a schedule; what it has started goes on.")

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIDeleteScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = reference.scheduleId
        request.identity = client.identity
        _ = try await client.call(WorkflowService.deleteSchedule, request)
        session.line("Schedule deleted")
    }
}

extension ServiceClient {
    func describeSchedule(_ id: String) async throws -> APIDescribeScheduleResponse {
        var request = APIDescribeScheduleRequest()
        request.namespace = namespace
        request.scheduleID = id
        return try await call(WorkflowService.describeSchedule, request)
    }
}
