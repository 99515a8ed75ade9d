import SwiftProtobuf
import WireAPI
import WireRPC

/// Starting what was due in a range of time, as if it passed now.
enum BackfillPage {
    /// As many times as the server tells of in one answer.
    private static let mostTimes = 1_000

    private struct Range {
        var start: Google_Protobuf_Timestamp
        var end: Google_Protobuf_Timestamp
    }

    static func page(_ request: PageRequest) async throws -> Page {
        var fields = Fields()
        let day: Int64 = 86_400
        fields = fields.setting("start", TimeInput.text(.init(seconds: request.now.seconds - day, nanos: 0)))
        fields = fields.setting("end", TimeInput.text(.init(seconds: request.now.seconds, nanos: 0)))
        fields = fields.setting("overlap", OverlapText.name(.bufferAll))
        _ = try await request.describeSchedule()
        return show(fields, [:], preview: nil, request)
    }

    static func send(_ request: PageRequest) async throws -> Answer {
        var errors: [String: String] = [:]
        let start = time("start", request, &errors)
        let end = time("end", request, &errors)
        if let start, let end, end < start { errors["end"] = "The end is before the beginning." }
        guard errors.isEmpty, let start, let end else {
            return .page(show(request.form, errors, preview: nil, request))
        }
        let overlap = try ScheduleActions.overlap(request)
        let range = Range(start: start, end: end)
        guard request.form["do"] == "start" else {
            let times = try await times(range, request)
            return .page(show(request.form, [:], preview: times, request))
        }
        var backfill = APIBackfillRequest()
        backfill.startTime = range.start
        backfill.endTime = range.end
        backfill.overlapPolicy = overlap
        var patch = APISchedulePatch()
        patch.backfillRequest = [backfill]
        return try await ScheduleActions.apply(patch, request, "The backfill has begun.")
    }

    private static func time(
        _ name: String, _ request: PageRequest, _ errors: inout [String: String]
    ) -> Google_Protobuf_Timestamp? {
        guard let text = request.form.text(name) else {
            errors[name] = "Give a time."
            return nil
        }
        guard let time = TimeInput.parse(text) else {
            errors[name] = "\"\(text)\" is not a time such as 2026-11-24 17:00."
            return nil
        }
        return time
    }

    private static func times(_ range: Range, _ request: PageRequest) async throws -> [Google_Protobuf_Timestamp] {
        var list = APIListScheduleMatchingTimesRequest()
        list.namespace = request.namespace
        list.scheduleID = request.scheduleID
        // Both ends belong to a backfill; this call takes what is after the first.
        list.startTime = .init(seconds: range.start.seconds - 1, nanos: 999_000_000)
        list.endTime = range.end
        return try await request.service.call(WorkflowService.listScheduleMatchingTimes, list).startTime
    }

    private static func show(
        _ fields: Fields, _ errors: [String: String], preview: [Google_Protobuf_Timestamp]?, _ request: PageRequest
    ) -> Page {
        let address = request.links.schedule(request.namespace, request.scheduleID, .backfill)
        let back = request.links.schedule(request.namespace, request.scheduleID)
        let form: HTML = """
            <div class="form-row">\
            \(TimeField(name: "start", label: "From", value: fields["start"] ?? "", error: errors["start"]))\
            \(TimeField(name: "end", label: "To", value: fields["end"] ?? "", error: errors["end"]))</div>
            \(Field(
                "overlap", "If a run is open", value: fields["overlap"] ?? "", control: .choice(OverlapText.choices),
                hint: "All runs are due at once, so all but the first find one open."))
            \(preview.map(previewed))
            <div class="form-end">\
            \(SubmitButton(title: "Preview", kind: preview == nil ? .main : .plain, name: "do", value: "preview"))\
            \(SubmitButton(
                title: startTitle(preview), kind: preview == nil ? .plain : .main, name: "do", value: "start"))\
            <a class="button button-plain" href="\(back)">Back</a></div>
            """
        let body: HTML = """
            <p class="breadcrumb"><a href="\(request.links.schedules(request.namespace))">Schedules</a> / \
            <a class="id" href="\(back)">\(request.scheduleID)</a></p>
            \(PageHead(title: "Backfill"))
            \(Card(content: """
                <p class="soft">Starts what was due in a range of time, as if that time passed now.</p>
                \(PostForm(action: address, token: request.token, content: form))
                """))
            """
        return Page(
            "Backfill \(request.scheduleID)", in: ScheduleSection.navigation, namespace: request.namespace, body: body)
    }

    private static func startTitle(_ preview: [Google_Protobuf_Timestamp]?) -> String {
        guard let count = preview?.count else { return "Start" }
        return count == 1 ? "Start 1 run" : "Start \(SizeText.count(Int64(count)))\(atLeast(count)) runs"
    }

    private static func atLeast(_ count: Int) -> String { count >= mostTimes ? "+" : "" }

    private static func previewed(_ times: [Google_Protobuf_Timestamp]) -> HTML {
        guard let first = times.first, let last = times.last else {
            return
                "<div id=\"preview\">\(Note("The schedule is not due in this range: nothing would be started."))</div>"
        }
        let count: HTML =
            times.count == 1 ? "1 run" : "\(SizeText.count(Int64(times.count)))\(atLeast(times.count)) runs"
        return """
            <div id="preview">\(Note("""
                <strong>\(count)</strong>, the first for \(Moment(first, .full)), the last for \(Moment(last, .full))\
                \(if: times.count >= mostTimes, " or later").
                """))</div>
            """
    }
}
