import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// One schedule: what it does and when, what it has done, what is to come.
enum SchedulePage {
    /// How often the schedule is asked for while somebody looks.
    private static let interval = Duration.seconds(2)

    static func page(_ request: PageRequest) async throws -> Page {
        let content = try await ScheduleContent(request)
        let body: HTML = """
            <p class="breadcrumb"><a href="\(request.links.schedules(request.namespace))">Schedules</a></p>
            \(each: content.livePieces, { $0.html })
            \(ScheduleFacts(content))
            """
        var page = Page(
            request.scheduleID, in: ScheduleSection.navigation, namespace: request.namespace, body: body)
        page.liveAddress = request.links.schedule(request.namespace, request.scheduleID, .live)
        return page
    }

    static func feed(_ request: PageRequest) -> LiveFeed {
        LiveFeed { sender in
            while true {
                var request = request
                request.now = .wallClock()
                if let content = try? await ScheduleContent(request) {
                    for piece in content.livePieces { sender.replace(piece.id, piece.html) }
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}

/// What is known of a schedule at one moment.
struct ScheduleContent: Sendable {
    let request: PageRequest
    let description: APIDescribeScheduleResponse
    let runs: [APIWorkflowExecutionInfo]

    init(_ request: PageRequest) async throws {
        self.request = request
        async let runs = request.scheduledRuns()
        description = try await request.describeSchedule()
        self.runs = try await runs
    }

    var schedule: APISchedule { description.schedule }
    var info: APIScheduleInfo { description.info }
    var action: APINewWorkflowExecutionInfo { description.schedule.action.startWorkflow }

    /// The parts of the page that change while one looks.
    var livePieces: [(id: String, html: HTML)] {
        [
            ("schedule-head", ScheduleHead(content: self).html),
            ("schedule-counts", ScheduleCounts(content: self).html),
            ("schedule-times", ScheduleTimesView(content: self).html),
            ("schedule-runs", ScheduleRuns(content: self).html),
        ]
    }
}

/// The name of a schedule, its state, and what can be done with it.
struct ScheduleHead: Component {
    var content: ScheduleContent

    private var state: APIScheduleState { content.schedule.state }

    var html: HTML {
        """
        <div id="schedule-head" class="schedule-head"><div class="page-head">\
        <div class="run-title"><h1>\(content.request.scheduleID)</h1>\
        \(ScheduleState.badge(isPaused: state.paused, isLarge: true))</div>\
        <div class="actions">\(ScheduleMenus(content: content))</div></div>
        <p class="schedule-when"><strong>\(SpecWords.text(of: content.schedule.spec))</strong>\(next)</p>
        \(note)\(problem)</div>
        """
    }

    private var next: HTML {
        if state.paused { return "<span class=\"soft\">paused: nothing is started by itself</span>" }
        if state.limitedActions, state.remainingActions == 0 {
            return "<span class=\"soft\">all runs it may start have been started</span>"
        }
        guard let time = content.info.futureActionTimes.first else {
            return "<span class=\"soft\">no further times</span>"
        }
        return """
            <span class="schedule-next">next run \(Countdown(until: time, before: "in ", after: "now"))</span>
            """
    }

    private var note: HTML {
        if state.notes.isEmpty { return .empty }
        return """
            <p class="schedule-notes\(if: state.paused, " tone-paused")"><span class="faint">Note</span> \
            \(state.notes)</p>
            """
    }

    private var problem: HTML {
        let text = content.info.invalidScheduleError
        return text.isEmpty ? .empty : "<div class=\"notice notice-failed\">\(text)</div>"
    }
}

/// How often a schedule has acted, and how often it has not.
struct ScheduleCounts: Component {
    var content: ScheduleContent

    var html: HTML {
        let info = content.info
        let state = content.schedule.state
        let left: HTML? =
            state.limitedActions ? count("Remaining", state.remainingActions, "runs it may still start") : nil
        return """
            <dl id="schedule-counts" class="schedule-counts">\
            \(count("Runs started", info.actionCount, "by its times, by hand and by backfills"))\
            \(count("Running now", Int64(running), "runs of it that are open", .running))\
            \(count("Waiting", info.bufferSize, "due, and start when the run before them has ended", .paused))\
            \(count("Skipped", info.overlapSkipped, "an earlier run was still open", .timedOut))\
            \(count("Missed", info.missedCatchupWindow, "later than the catch-up window allows", .failed))\
            \(count("Dropped", info.bufferDropped, "too many were waiting", .failed))\(left)</dl>
            """
    }

    /// The schedule itself does not count runs that may be open beside each other.
    private var running: Int { max(content.info.runningWorkflows.count, content.runs.count(where: \.status.isOpen)) }

    /// - Parameter tone: Marks it if it is not zero.
    private func count(_ title: String, _ number: Int64, _ meaning: String, _ tone: Tone? = nil) -> HTML {
        let mark: HTML = number == 0 ? " class=\"zero\"" : tone.map { " class=\"\($0.className)\"" } ?? .empty
        return "<div title=\"\(meaning)\"\(mark)><dt>\(title)</dt><dd>\(SizeText.count(number))</dd></div>"
    }
}

/// The times to come: one by one, and as a picture of a week.
struct ScheduleTimesView: Component {
    var content: ScheduleContent

    var html: HTML {
        let times = content.info.futureActionTimes
        let title: HTML = content.schedule.state.paused ? "Upcoming, once it goes on" : "Upcoming"
        let list: HTML =
            times.isEmpty
            ? "<p class=\"faint\">It is not due any more.</p>"
            : "<ol class=\"upcoming\">\(each: times, item)</ol>"
        return """
            <div id="schedule-times" class="columns schedule-columns">\
            \(Card(title: title, content: list))\
            \(Card(title: "The next seven days", content: week))</div>
            """
    }

    private func item(_ time: Google_Protobuf_Timestamp) -> HTML {
        """
        <li>\(Moment(time, .full))\(if: !content.schedule.state.paused, left(time))</li>
        """
    }

    private func left(_ time: Google_Protobuf_Timestamp) -> HTML {
        Countdown(until: time, before: "in ", after: "now").html
    }

    private var week: HTML {
        guard let week = WeekOfTimes(content.schedule.spec, now: content.request.now) else {
            return "<p class=\"faint\">The times cannot be worked out here.</p>"
        }
        return WeekView(week: week).html
    }
}
