import APIJSON
import ScheduleSpec
import SwiftProtobuf
import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Making a schedule and changing one.
enum ScheduleFormPage {
    /// A form as it is shown.
    private struct Form {
        var fields: Fields
        var errors: [String: String] = [:]
        /// The schedule that is changed; `nil` for a new one.
        var description: APIDescribeScheduleResponse?
        var changes: ScheduleFormChanges?
        /// Said above the form.
        var problem: String?
    }

    // MARK: A new one

    static func create(_ request: PageRequest) async throws -> Page {
        var fields = ScheduleFormValues.blank
        // Pages of workflows and task queues may say what is to be started.
        for name in ["type", "queue", "workflowID", "id"] {
            if let value = request.query[name] { fields = fields.setting(name, value) }
        }
        return try await show(Form(fields: fields), request)
    }

    static func sendNew(_ request: PageRequest) async throws -> Answer {
        let fields = plain(request.form)
        if let form = edited(fields, request) { return .page(try await show(Form(fields: form), request)) }
        let reader = ScheduleFormReader(fields, base: nil)
        var errors = reader.errors
        let id = fields.text("id") ?? ""
        if id.isEmpty { errors["id"] = "The schedule needs a name." }
        guard fields["do"] != "preview", errors.isEmpty else {
            return .page(
                try await show(Form(fields: fields, errors: fields["do"] == "preview" ? [:] : errors), request))
        }
        var create = APICreateScheduleRequest()
        create.namespace = request.namespace
        create.scheduleID = id
        create.schedule = reader.schedule
        if reader.schedule.action.startWorkflow.workflowID.isEmpty {
            create.schedule.action.startWorkflow.workflowID = "\(id)-workflow"
        }
        create.identity = request.service.identity
        create.requestID = CrossSiteToken.make()
        do {
            _ = try await request.service.call(WorkflowService.createSchedule, create)
        } catch let error as RPCError where error.isAboutForm {
            return .page(try await show(refused(Form(fields: fields), error), request))
        }
        return .redirect(to: request.links.schedule(request.namespace, id), notice: .done("The schedule is created."))
    }

    // MARK: One that there is

    static func edit(_ request: PageRequest) async throws -> Page {
        let description = try await request.describeSchedule()
        let fields = ScheduleFormValues.fields(of: description.schedule)
        return try await show(Form(fields: fields, description: description), request)
    }

    static func sendEdit(_ request: PageRequest) async throws -> Answer {
        let sent = plain(request.form)
        let description = try await request.describeSchedule()
        let was = Fields(encoded: sent["was"] ?? "")
        let changes = ScheduleFormChanges(
            form: sent, was: was, now: ScheduleFormValues.fields(of: description.schedule))
        let isCurrent = Base64.encode(description.conflictToken) == sent["conflict"]
        var form = Form(fields: isCurrent ? changes.merged : sent, description: description)
        if let fields = edited(form.fields.setting("do", sent["do"]), request) {
            form.fields = fields
            return .page(try await show(form, request, was: sent["was"], token: sent["conflict"]))
        }
        if sent["do"] == "preview" {
            return .page(try await show(form, request, was: sent["was"], token: sent["conflict"]))
        }
        guard isCurrent else { return .page(try await conflict(changes, description, request)) }
        let reader = ScheduleFormReader(form.fields, base: description.schedule)
        form.errors = reader.errors
        if reader.schedule.action.startWorkflow.workflowID.isEmpty { form.errors["workflowID"] = "It needs an id." }
        guard form.errors.isEmpty else {
            return .page(try await show(form, request, was: sent["was"], token: sent["conflict"]))
        }
        return try await save(reader.schedule, form, request)
    }

    private static func save(_ schedule: APISchedule, _ form: Form, _ request: PageRequest) async throws -> Answer {
        var update = APIUpdateScheduleRequest()
        update.namespace = request.namespace
        update.scheduleID = request.scheduleID
        update.schedule = schedule
        update.conflictToken = form.description?.conflictToken ?? Data()
        update.identity = request.service.identity
        update.requestID = CrossSiteToken.make()
        do {
            _ = try await request.service.call(WorkflowService.updateSchedule, update)
        } catch let error as RPCError where error.code == .failedPrecondition {
            // Changed between the two calls.
            let description = try await request.describeSchedule()
            let changes = ScheduleFormChanges(
                form: plain(request.form), was: Fields(encoded: request.form["was"] ?? ""),
                now: ScheduleFormValues.fields(of: description.schedule))
            return .page(try await conflict(changes, description, request))
        } catch let error as RPCError where error.isAboutForm {
            return .page(
                try await show(
                    refused(form, error), request, was: request.form["was"], token: request.form["conflict"]))
        }
        return .redirect(
            to: request.links.schedule(request.namespace, request.scheduleID),
            notice: .done("The schedule is changed."))
    }

    private static func conflict(
        _ changes: ScheduleFormChanges, _ description: APIDescribeScheduleResponse, _ request: PageRequest
    ) async throws -> Page {
        var page = try await show(
            Form(fields: changes.merged, description: description, changes: changes), request)
        page.status = .conflict
        return page
    }

    // MARK: Both

    /// As forms have them: browsers end lines with two characters.
    private static func plain(_ form: Fields) -> Fields {
        Fields(form.all.map { ($0.name, $0.value.replacing("\r\n", with: "\n")) })
    }

    /// The form with a row more or less, if that is what the button asks for.
    private static func edited(_ form: Fields, _ request: PageRequest) -> Fields? {
        guard let words = form["do"]?.split(separator: "-").map(String.init), words.count > 1 else { return nil }
        if words[0] == "remove", words.count == 3 {
            let gone = rowFields(words[1]).map { "\($0)-\(words[2])" }
            return Fields(form.all.filter { !gone.contains($0.name) })
        }
        guard words[0] == "add" else { return nil }
        let row = max(0, form["next"].flatMap { Int($0) } ?? 0)
        var all = form.all.filter { $0.name != ScheduleFormValues.nextRow }
        all += rowFields(words[1]).filter { $0 != "weekday" }.map { ("\($0)-\(row)", $0 == "unit" ? "h" : "") }
        all.append((ScheduleFormValues.nextRow, String(row + 1)))
        return Fields(all)
    }

    private static func rowFields(_ kind: String) -> [String] {
        switch kind {
        case "every": ["every", "unit", "phase"]
        case "times": ["times", "weekday", "days", "months"]
        case "input": ["input"]
        default: []
        }
    }

    /// What the server says against a form, at the field it is about.
    private static func refused(_ form: Form, _ error: RPCError) -> Form {
        var form = form
        let message = error.message
        let places = [
            ("WorkflowType", "type"), ("TaskQueue", "queue"), ("WorkflowId", "workflowID"), ("notes", "notes"),
            ("time zone", "zone"), ("spec", "spec"), ("already", "id"),
        ]
        if let place = places.first(where: { message.contains($0.0) }) {
            form.errors[place.1] = message
        } else {
            form.problem = message
        }
        if error.code == .alreadyExists { form.errors = ["id": message] }
        return form
    }

    private static func show(
        _ form: Form, _ request: PageRequest, was: String? = nil, token: String? = nil
    ) async throws -> Page {
        let description = form.description
        let links = request.links
        let id = description == nil ? form.fields.text("id") ?? "" : request.scheduleID
        let reader = ScheduleFormReader(form.fields, base: description?.schedule)
        let problem = ScheduleFormPage.problem(of: reader)
        let seed = reader.schedule.spec.hasJitter ? try await request.jitterSeed(id) : ""
        let preview = SchedulePreview(reader.schedule.spec, seed: seed, problem: problem, now: request.now)
        let address =
            description == nil
            ? links.newSchedule(request.namespace) : links.schedule(request.namespace, request.scheduleID, .edit)
        let back =
            description == nil
            ? links.schedules(request.namespace) : links.schedule(request.namespace, request.scheduleID)
        let view = ScheduleFormView(
            fields: form.fields, errors: form.errors, opaqueInputs: opaque(description), isNew: description == nil)
        let hidden = hidden(form, was: was, token: token)
        let body: HTML = """
            <p class="breadcrumb"><a href="\(links.schedules(request.namespace))">Schedules</a>\
            \(if: description != nil, " / <a class=\"id\" href=\"\(back)\">\(request.scheduleID)</a>")</p>
            \(PageHead(title: description == nil ? "Create schedule" : "Edit schedule"))
            \(form.problem.map { "<div class=\"notice notice-failed\" role=\"alert\">\($0)</div>" as HTML })
            \(form.changes)
            \(PostForm(
                action: address, token: request.token, className: "schedule-form", hidden: hidden,
                content: """
                    <button class="visually-hidden" name="do" value="preview" tabindex="-1" aria-hidden="true" \
                    formnovalidate>Preview</button>
                    <div class="schedule-fields">\(view.html)</div><div class="schedule-side">\(preview)\
                    <div class="form-end">\
                    \(SubmitButton(
                        title: description == nil ? "Create" : "Save", name: "do", value: "save"))\
                    <button type="submit" class="button" name="do" value="preview" formnovalidate>Preview</button>\
                    <a class="button button-plain" href="\(back)">Back</a></div></div>
                    """))
            """
        var page = Page(
            description == nil ? "Create schedule" : "Edit \(request.scheduleID)", in: ScheduleSection.navigation,
            namespace: request.namespace, body: body)
        page.scripts = ["schedules.js"]
        if !form.errors.isEmpty || form.problem != nil { page.status = .unprocessableContent }
        return page
    }

    /// Why there is nothing to preview.
    private static func problem(of reader: ScheduleFormReader) -> String? {
        let about = [
            "every", "phase", "times", "days", "months", "cron", "exclude", "zone", "starts", "ends", "jitter",
        ]
        return reader.errors.sorted { $0.key < $1.key }
            .first { error in error.key == "spec" || about.contains { error.key == $0 || error.key.hasPrefix("\($0)-") }
            }?
            .value
    }

    private static func hidden(_ form: Form, was: String?, token: String?) -> [(name: String, value: String)] {
        var hidden = [(ScheduleFormValues.nextRow, form.fields[ScheduleFormValues.nextRow] ?? "0")]
        if let description = form.description {
            let shown = ScheduleFormValues.fields(of: description.schedule)
            hidden.append(("was", was ?? ScheduleFormChanges.digest(shown).encoded))
            hidden.append(("conflict", token ?? Base64.encode(description.conflictToken)))
        }
        return hidden
    }

    private static func opaque(_ description: APIDescribeScheduleResponse?) -> [Int: String] {
        let payloads = description?.schedule.action.startWorkflow.input.payloads ?? []
        var result: [Int: String] = [:]
        for (index, payload) in payloads.enumerated() where InputText.text(of: payload) == nil {
            result[index] = ShownPayload(payload).preview
        }
        return result
    }
}

extension RPCError {
    /// Whether it is something that can be mended in the form.
    fileprivate var isAboutForm: Bool { [.invalidArgument, .alreadyExists, .failedPrecondition].contains(code) }
}
