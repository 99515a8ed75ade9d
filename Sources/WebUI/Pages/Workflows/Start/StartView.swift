import WireAPI

/// The form that starts a workflow.
struct StartView: Component {
    var form: StartForm
    var types: [String]
    var queues: [String]
    var attributes: [String: APIIndexedValueType]
    var addresses: ListAddresses
    var token: String

    var html: HTML {
        let title: HTML = form.source == nil ? "Start a workflow" : "Start again"
        return """
            \(PageHead(title: title))\(origin)\
            \(form.errors[""].map { "<div class=\"notice notice-failed\" role=\"alert\">\($0)</div>" as HTML })\
            \(Card(content: PostForm(
                action: addresses.start(), token: token, className: "form start-form",
                hidden: [("request", form.requestID)] + (form.source.map { [("source", $0.field)] } ?? []),
                content: fields).html))
            """
    }

    private var origin: HTML {
        guard let source = form.source else { return .empty }
        let address = addresses.links.run(addresses.namespace, source.workflowID, source.runID)
        return """
            <p class="soft">With what <a class="id" href="\(address)">\(source.workflowID)</a> was started with. \
            Change what should be different.</p>
            """
    }

    private var fields: HTML {
        """
        <div class="form-row">\
        \(Field(
            "workflowType", "Workflow type", value: form.workflowType, error: form.errors["workflowType"],
            isRequired: true, suggestions: types))\
        \(Field(
            "taskQueue", "Task queue", value: form.taskQueue, error: form.errors["taskQueue"], isRequired: true,
            suggestions: queues))</div>\
        \(Field(
            "workflowId", "Workflow ID", value: form.workflowID,
            hint: "Names the work, such as the day or the order it is about: no two run at a time with the same.",
            error: form.errors["workflowId"], isRequired: true))\
        \(conflictLink)\
        \(Field(
            "input", "Input", value: form.input, control: .area(rows: rows, placeholder: "{\"date\": \"2026-11-24\"}"),
            hint: "JSON. Each value that begins on a new line is an argument of its own; empty for none.",
            error: form.errors["input"]))\
        <div class="form-row">\
        \(Field(
            "encoding", "Encoding", value: form.encoding.rawValue, control: .choice(encodings),
            error: form.errors["encoding"]))\
        \(Field(
            "messageType", "Message type", value: form.messageType, control: .text(placeholder: "for Protobuf alone"),
            error: form.errors["messageType"]))</div>\
        <details class="more"\(flag: "open", form.hasAdvanced)><summary>More options</summary>\(advanced)</details>\
        <div class="form-end">\(SubmitButton(title: "Start workflow"))\
        <a class="button button-plain" href="\(addresses.list(ListState()))">Back</a></div>
        """
    }

    private var rows: Int { max(4, min(18, form.input.split(separator: "\n").count + 1)) }

    private var encodings: [(value: String, title: String)] {
        StartForm.Encoding.allCases.filter { $0 != .kept || form.source != nil }.map { ($0.rawValue, $0.title) }
    }

    /// Where the id is taken, the run that has it is what one wants to see.
    private var conflictLink: HTML {
        guard form.errors["workflowId"] != nil, !form.workflowID.isEmpty else { return .empty }
        let address = addresses.links.latestRun(addresses.namespace, form.workflowID)
        return "<p class=\"faint\"><a href=\"\(address)\">Show the latest run with this ID</a></p>"
    }

    private var advanced: HTML {
        """
        <div class="form"><div class="form-row">\
        \(duration("executionTimeout", "Execution timeout", form.executionTimeout, "with all its runs; no limit"))\
        \(duration("runTimeout", "Run timeout", form.runTimeout, "one run; no limit"))\
        \(duration("taskTimeout", "Task timeout", form.taskTimeout, "one workflow task; 10s"))\
        \(duration("delay", "Start after", form.delay, "at once"))</div>\
        <div class="form-row">\
        \(Field(
            "reuse", "If a closed run has this ID", value: String(form.reuse.rawValue),
            control: .choice(StartForm.reusePolicies.map { (String($0.value.rawValue), $0.title) }),
            error: form.errors["reuse"]))\
        \(Field(
            "conflict", "If one with this ID is running", value: String(form.conflict.rawValue),
            control: .choice(StartForm.conflictPolicies.map { (String($0.value.rawValue), $0.title) }),
            error: form.errors["conflict"]))</div>\
        \(Field(
            "searchAttributes", "Search attributes", value: form.searchAttributes,
            control: .area(rows: 2, placeholder: "Team = \"growth\""), hint: attributeHint,
            error: form.errors["searchAttributes"]))\
        \(Field(
            "memo", "Memo", value: form.memo, control: .area(rows: 2, placeholder: "ticket = \"OPS-17\""),
            hint: "One NAME = VALUE on a line.", error: form.errors["memo"]))\
        \(Field("summary", "Summary", value: form.summary, hint: "One line for people.", error: form.errors["summary"]))\
        </div>
        """
    }

    private var attributeHint: HTML {
        guard !attributes.isEmpty else { return "One NAME = VALUE on a line." }
        return "One NAME = VALUE on a line. This namespace has \(attributes.keys.sorted().joined(separator: ", "))."
    }

    private func duration(_ name: String, _ label: String, _ value: String, _ placeholder: String) -> Field {
        Field(name, label, value: value, control: .text(placeholder: placeholder), error: form.errors[name])
    }
}
