import ArgumentParser
import WireAPI

/// `millrace schedule list`
struct ScheduleListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show schedules.",
        discussion: "millrace schedule list --query 'TemporalSchedulePaused = true'")

    @Option(
        name: [.customShort("q", allowingJoined: true), .long], parsing: .unconditional,
        help: "Query that filters the list.")
    var query: String?

    @Flag(name: [.customShort("l"), .long], help: "Show times and notes too.")
    var long = false

    @Flag(help: "Show all that is known.")
    var reallyLong = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIListSchedulesRequest()
        request.namespace = client.namespace
        request.query = query ?? ""
        var printer = ScheduleListPrinter(session, detail: reallyLong ? .full : long ? .long : .short)
        repeat {
            let page = try await client.call(WorkflowService.listSchedules, request)
            try printer.print(page.schedules)
            request.nextPageToken = page.nextPageToken
        } while !request.nextPageToken.isEmpty
        printer.finish()
    }
}

/// Prints schedules page by page.
struct ScheduleListPrinter {
    enum Detail: Int { case short, long, full }

    private struct Column {
        var title: String
        var detail = Detail.short
        var isExtra = false
    }

    private static let columns: [Column] = [
        Column(title: "ScheduleId"), Column(title: "Action"), Column(title: "Spec", detail: .long, isExtra: true),
        Column(title: "SkipSpec", detail: .full, isExtra: true), Column(title: "StartAt", detail: .full),
        Column(title: "EndAt", detail: .full), Column(title: "Jitter", detail: .full),
        Column(title: "TimeZoneName", detail: .full), Column(title: "Notes", detail: .long, isExtra: true),
        Column(title: "Paused"), Column(title: "NextRunTime"), Column(title: "LastRunTime"),
        Column(title: "SearchAttributes", detail: .full, isExtra: true),
        Column(title: "Memo", detail: .full, isExtra: true),
    ]

    private let session: Session
    private let detail: Detail
    private var json: JSONListWriter?
    private var widths: [Int] = []
    private var isFirst = true

    init(_ session: Session, detail: Detail) {
        self.session = session
        self.detail = detail
    }

    mutating func print(_ schedules: [APIScheduleListEntry]) throws {
        defer { isFirst = false }
        if session.isJSON {
            if isFirst { json = JSONListWriter(session) }
            for schedule in schedules {
                // Payloads as they are, with or without shorthand, as the reference shows schedules.
                let value = try ProtoJSON.value(of: schedule, shorthand: false)
                json?.append(value)
            }
            return
        }
        let shown = Self.columns.indices.filter { Self.columns[$0].detail.rawValue <= detail.rawValue }
        let rows = try schedules.map { schedule in
            let cells = try cells(schedule)
            return shown.map { cells[$0] }
        }
        // Later pages keep the columns of the first as far as they fit.
        if isFirst {
            widths = shown.indices.map { column in rows.map { TextWidth.of($0[column].text) }.max() ?? 0 }
        }
        let columns = zip(shown, widths).map { index, width in
            Table.Column(Self.columns[index].title, minimumWidth: width, isExtra: Self.columns[index].isExtra)
        }
        session.table(Table(columns: columns, rows: rows), showHeading: isFirst)
    }

    func finish() {
        json?.finish()
    }

    private func cells(_ schedule: APIScheduleListEntry) throws -> [Table.Cell] {
        let info = schedule.info
        let spec = info.spec
        let type = info.workflowType.name
        let action = JSONPrinter.compact(.object([.init("Workflow", .string(type))]))
        let attributes =
            schedule.hasSearchAttributes ? try session.protoJSON(schedule.searchAttributes) : .null
        let memo = schedule.hasMemo ? try session.protoJSON(schedule.memo) : .null
        return [
            .init(schedule.scheduleID),
            .init(session.isLive ? type : action),
            .init(session.isLive ? ScheduleWords.times(spec) : ScheduleText.list(try ScheduleText.times(spec))),
            .init(ScheduleText.list(try ScheduleText.skippedTimes(spec))),
            .init(spec.hasStartTime ? session.time(spec.startTime) : ""),
            .init(spec.hasEndTime ? session.time(spec.endTime) : ""),
            .init(DurationText.formatSpaced(spec.jitter)),
            .init(spec.timezoneName),
            .init(info.notes),
            .init("\(info.paused)", info.paused ? .yellow : nil),
            .init(info.futureActionTimes.first.map(session.time) ?? ""),
            .init(info.recentActions.last.map { session.time($0.scheduleTime) } ?? ""),
            .init(JSONPrinter.compact(attributes)),
            .init(JSONPrinter.compact(memo)),
        ]
    }
}

/// `millrace schedule list-matching-times`
struct ScheduleListMatchingTimesCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-matching-times", abstract: "Show when a schedule is due in a range of time.")

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup var range: TimeRangeOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIListScheduleMatchingTimesRequest()
        request.namespace = client.namespace
        request.scheduleID = reference.scheduleId
        request.startTime = range.startTime
        request.endTime = range.endTime
        let response = try await client.call(WorkflowService.listScheduleMatchingTimes, request)
        try session.json(response)
        let rows = response.startTime.map { [Table.Cell(TimeText.iso($0))] }
        session.table(Table(columns: [.init("Time")], rows: rows))
    }
}
