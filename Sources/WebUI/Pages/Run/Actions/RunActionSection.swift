import SwiftProtobuf
import WireAPI
import WireRPC

/// Pages that ask what exactly is to be done to a run, and do it.
enum RunActionSection {
    static func register(in routes: inout RouteTable, run: String) {
        routes.page("\(run)/actions/:action") { request in
            let page = try await ActionPage.load(request)
            return page.page(values: page.defaults(), error: nil)
        }
        routes.form("\(run)/actions/:action") { request in
            let page = try await ActionPage.load(request)
            do {
                return try await RunActionCall(request, page.action).perform()
            } catch {
                // Shown at the form, with all that was written in it.
                return .page(page.page(values: request.form, error: error))
            }
        }
    }
}

/// The form of an action.
struct ActionPage {
    var request: PageRequest
    var action: RunAction
    var run: RunSnapshot
    /// Signals or updates that the workflow's code knows.
    var known: [APIWorkflowInteractionDefinition] = []

    static func load(_ request: PageRequest) async throws -> ActionPage {
        guard let action = RunAction(rawValue: request["action"]) else {
            throw PageError.notFound("There is no action \(request["action"]).")
        }
        let source = RunSource(request)
        let description = try await source.describe()
        // Only some forms show something of the history.
        let needsHistory = action == .startAgain || action == .reset
        let history = needsHistory ? RunHistory(try await source.history()) : RunHistory()
        var page = ActionPage(
            request: request, action: action,
            run: RunSnapshot(key: source.key, description: description, history: history, now: request.now))
        if action == .signal || action == .update { page.known = await known(action, source, description) }
        return page
    }

    /// What the code says it knows, if a worker is there to say it at once.
    private static func known(
        _ action: RunAction, _ source: RunSource, _ description: APIDescribeWorkflowExecutionResponse
    ) async -> [APIWorkflowInteractionDefinition] {
        guard let pollers = await source.pollers(description), !pollers.workflows.isEmpty else { return [] }
        let asker = WorkflowAsker(service: source.service, key: source.key, timeout: .seconds(2))
        guard let definition = await asker.metadata()?.definition else { return [] }
        let all = action == .signal ? definition.signalDefinitions : definition.updateDefinitions
        return all.filter { !$0.name.isEmpty && !$0.name.hasPrefix("__") }
    }

    /// What the form says at first.
    func defaults() -> Fields {
        switch action {
        case .startAgain:
            let start = run.history.start
            return Fields([
                ("workflow-id", run.key.workflowID), ("type", run.info.type.name),
                ("queue", run.description.executionConfig.taskQueue.name),
                ("input", ActionInput.text(start?.input.payloads ?? []) ?? ""),
            ])
        case .reset: return Fields([("event", run.history.resetPoints.last.map { String($0.id) } ?? "")])
        default: return request.query
        }
    }

    func page(values: Fields, error: (any Error)?) -> Page {
        let problem = error.map { ErrorPage.describe($0) }
        let fieldError = error as? FieldError
        let body: HTML = """
            <nav class="breadcrumb" aria-label="Breadcrumb"><a href="\(request.links.workflows(run.key.namespace))">\
            Workflows</a> / <a href="\(run.key.address())">\(run.key.workflowID)</a></nav>
            <div class="run-title">\(StatusBadge(run.info.status))<h1>\(action.title)</h1></div>
            \(if: action.needsOpenRun && !run.isOpen, Note("The run is closed: nothing can be sent to it any more.").html)
            \(problem.map { alert($0, isField: fieldError != nil) })
            <section class="card"><div class="card-body"><div>\(explanation)</div>\
            \(PostForm(
                action: run.key.action(action.rawValue), token: request.token,
                content: form(values, fieldError)))</div></section>
            """
        var page = Page(
            "\(action.title): \(run.key.workflowID)", in: WorkflowListSection.navigation,
            namespace: request.namespace, body: body)
        if let problem { page.status = problem.status }
        return page
    }

    private func alert(_ problem: PageError, isField: Bool) -> HTML {
        // What is wrong in a field is said there.
        guard !isField else { return .empty }
        return """
            <div class="notice notice-failed" role="alert">\(problem.message)\
            \(problem.advice.map { "<br>\($0)" as HTML })</div>
            """
    }

    private var explanation: HTML {
        let name: HTML = "<strong class=\"id\">\(run.key.workflowID)</strong>"
        switch action {
        case .signal: return "A signal is recorded in the history of \(name); its code decides what to do about it."
        case .update: return "An update asks the code of \(name) to do something, and waits for its answer."
        case .cancel: return "The code of \(name) is asked to stop. It may clean up first, or go on."
        case .terminate:
            return
                "\(name) ends at once. Its code is not told, activities under way are given up. This cannot be undone."
        case .reset:
            return """
                \(name) is ended, and begins anew as another run that keeps the history up to the chosen point. \
                What came after is done again.
                """
        case .startAgain: return "A new run with the same code. Change what should be different."
        }
    }

    private var names: HTML {
        known.isEmpty ? .empty : "The code knows \(known.map(\.name).joined(separator: ", "))"
    }

    private func form(_ values: Fields, _ error: FieldError?) -> HTML {
        func field(
            _ name: String, _ label: String, _ control: Field.Control = .text(), hint: HTML = .empty,
            isRequired: Bool = false, suggestions: [String] = []
        ) -> HTML {
            Field(
                name, label, value: values[name] ?? "", control: control, hint: hint,
                error: error?.field == name ? error?.message : nil, isRequired: isRequired, suggestions: suggestions
            ).html
        }
        let input = "JSON, such as {\"limit\": 30}, \"text\" or 7; several values each on a line of its own"
        let fields: HTML
        switch action {
        case .signal:
            fields = """
                \(field("name", "Name of the signal", hint: names, isRequired: true, suggestions: known.map(\.name)))\
                \(field("input", "Input", .area(rows: 6), hint: HTML(text: input)))
                """
        case .update:
            fields = """
                \(field("name", "Name of the update", hint: names, isRequired: true, suggestions: known.map(\.name)))\
                \(field("input", "Input", .area(rows: 6), hint: HTML(text: input)))
                """
        case .cancel: fields = field("reason", "Reason", hint: "Recorded in the history; may be empty")
        case .terminate: fields = field("reason", "Reason", hint: "Recorded in the history; may be empty")
        case .reset:
            fields = """
                \(field("event", "From where", .choice(run.history.resetPoints.map { (String($0.id), $0.title) })))\
                \(field("reason", "Reason", hint: "Recorded in the history; may be empty"))
                """
        case .startAgain:
            fields = """
                <div class="form-row">\(field("workflow-id", "Workflow id", isRequired: true))\
                \(field("type", "Type", isRequired: true))\(field("queue", "Task queue", isRequired: true))</div>\
                \(field("input", "Input", .area(rows: 10), hint: HTML(text: input)))
                """
        }
        return """
            \(fields)<div class="form-end">\
            <button type="submit" class="button button-main\(if: action.isDangerous, " button-danger")">\(action.title)</button>\
            <a class="button button-plain" href="\(run.key.address())">Back</a></div>
            """
    }
}

/// An error in one field of a form.
struct FieldError: Error {
    var field: String
    var message: String
}

extension RunHistory {
    /// Where a run can begin anew: at the completions of its workflow tasks.
    var resetPoints: [(id: Int64, title: String)] {
        tasks.filter(\.isCompleted).suffix(500).compactMap { task in
            guard let id = task.endID else { return nil }
            let begun = steps.filter { $0.task == id }.map(\.name)
            let what =
                begun.isEmpty ? "" : ": before \(begun.prefix(3).joined(separator: ", "))\(begun.count > 3 ? " …" : "")"
            return (id, "event \(id)\(what)")
        }
    }
}
