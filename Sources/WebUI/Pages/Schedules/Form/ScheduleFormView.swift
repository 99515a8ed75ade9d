import WireAPI

/// The form that makes or changes a schedule.
struct ScheduleFormView {
    var fields: Fields
    var errors: [String: String]
    /// Numbers of inputs that are not JSON: they can be kept or removed, not be written.
    var opaqueInputs: [Int: String] = [:]
    var isNew: Bool

    var html: HTML {
        """
        \(Card(title: "What it starts", content: action))
        \(Card(title: "When", content: when))
        \(Card(title: "Rules", content: rules))
        """
    }

    private func field(
        _ name: String, _ label: String, _ placeholder: String = "", hint: HTML = .empty, isRequired: Bool = false
    ) -> HTML {
        Field(
            name, label, value: fields[name] ?? "", control: .text(placeholder: placeholder), hint: hint,
            error: errors[name], isRequired: isRequired
        ).html
    }

    private func area(_ name: String, _ label: String, rows: Int, _ placeholder: String, hint: HTML) -> HTML {
        Field(
            name, label, value: fields[name] ?? "", control: .area(rows: rows, placeholder: placeholder), hint: hint,
            error: errors[name]
        ).html
    }

    private func row(_ fields: HTML...) -> HTML { "<div class=\"form-row\">\(fields)</div>" }

    private func add(_ title: String, _ kind: String) -> HTML {
        "<p>\(SubmitButton(title: title, kind: .plain, name: "do", value: "add-\(kind)"))</p>"
    }

    private func remove(_ kind: String, _ row: Int, _ label: String) -> HTML {
        """
        <button type="submit" class="button button-plain button-small" name="do" value="remove-\(kind)-\(row)" \
        aria-label="\(label)" formnovalidate>Remove</button>
        """
    }

    private func error(_ name: String) -> HTML? {
        errors[name].map { "<p class=\"error form-error\" role=\"alert\">\($0)</p>" }
    }

    // MARK: What

    private var action: HTML {
        """
        \(if: isNew, field("id", "Schedule id", "nightly-report", isRequired: true))
        \(row(
            field("type", "Workflow type", "MyPipeline", isRequired: true),
            field("queue", "Task queue", "my-queue", isRequired: true)))
        \(field(
            "workflowID", "Workflow id", isNew ? "the schedule's id and -workflow" : "",
            hint: "Each run's id is this and its time, such as <code>report-2026-11-24T17:00:00Z</code>."))
        \(inputs)
        <details class="more"\(flag: "open", hasTimeouts)><summary>Timeouts</summary>\(row(
            field("executionTimeout", "Execution timeout", "none", hint: "For all runs of a workflow together."),
            field("runTimeout", "Run timeout", "none"),
            field("taskTimeout", "Task timeout", "10s", hint: "For one step of the worker.")))</details>
        """
    }

    private var hasTimeouts: Bool {
        ["executionTimeout", "runTimeout", "taskTimeout"].contains { fields.text($0) != nil || errors[$0] != nil }
    }

    private var inputs: HTML {
        let rows = ScheduleFormReader.rows("input", in: fields)
        return """
            <fieldset class="form-group"><legend>Input</legend>\(each: rows.enumerated(), { position, row in
                input(row, rows.count > 1 ? "Argument \(position + 1), JSON" : "JSON")
            })\(add(rows.isEmpty ? "Add input" : "Add argument", "input"))</fieldset>
            """
    }

    private func input(_ row: Int, _ label: String) -> HTML {
        if let kind = opaqueInputs[row] {
            return """
                <div class="field"><span class="label">\(label)</span><span class="soft">Stays as it is: \(kind)</span>\
                <input type="hidden" name="input-\(row)" value="">\(remove("input", row, "Remove argument"))</div>
                """
        }
        let text = fields["input-\(row)"] ?? ""
        let lines = min(14, max(2, text.split(separator: "\n", omittingEmptySubsequences: false).count))
        return area("input-\(row)", label, rows: lines, "{\"limit\": 30}", hint: .empty)
    }

    // MARK: When

    private var when: HTML {
        let intervals = ScheduleFormReader.rows("every", in: fields)
        let times = ScheduleFormReader.rows("times", in: fields)
        return """
            \(error("spec"))
            <fieldset class="form-group"><legend>Again and again</legend>\(each: intervals, interval)\
            \(add("Add an interval", "every"))</fieldset>
            <fieldset class="form-group"><legend>At times of day</legend>\(each: times, timesOfDay)\
            \(add("Add times of day", "times"))</fieldset>
            <details class="more"\(flag: "open", hasLines)><summary>Cron lines, and times to leave out</summary>\
            \(area(
                "cron", "Cron lines", rows: 2, "*/15 9-17 * * Mon-Fri",
                hint: "One a line: minutes, hours, days of the month, months, days of the week."))
            \(area(
                "exclude", "But not at", rows: 2, "* * 25 Dec *",
                hint: "Cron lines of times at which it is not due."))</details>
            \(row(zone, field("jitter", "Jitter", "none", hint: "Up to this much later, so that not all start at once.")))
            \(row(
                TimeField(
                    name: "starts", label: "Not before", value: fields["starts"] ?? "", hint: "UTC; may be left empty",
                    error: errors["starts"]).html,
                TimeField(
                    name: "ends", label: "Not after", value: fields["ends"] ?? "", hint: "UTC; may be left empty",
                    error: errors["ends"]).html))
            """
    }

    private var hasLines: Bool { ["cron", "exclude"].contains { fields.text($0) != nil || errors[$0] != nil } }

    private var zone: HTML {
        Field(
            "zone", "Time zone of times of day", value: fields["zone"] ?? "", control: .text(placeholder: "UTC"),
            hint: "Such as <code>Europe/Berlin</code>. Intervals do without.", error: errors["zone"],
            suggestions: ZoneNames.common
        ).html
    }

    private static let units = [("s", "seconds"), ("m", "minutes"), ("h", "hours"), ("d", "days")]

    private func interval(_ row: Int) -> HTML {
        """
        <div class="entry entry-interval">\
        \(Field("every-\(row)", "Every", value: fields["every-\(row)"] ?? "", error: errors["every-\(row)"]))\
        \(Field(
            "unit-\(row)", "Unit", value: fields["unit-\(row)"] ?? "h",
            control: .choice(Self.units.map { (value: $0.0, title: $0.1) })))\
        \(Field(
            "phase-\(row)", "Later by", value: fields["phase-\(row)"] ?? "", control: .text(placeholder: "0s"),
            error: errors["phase-\(row)"]))\
        \(remove("every", row, "Remove interval"))</div>
        """
    }

    private static let weekdays = [
        ("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("0", "Sun"),
    ]

    private func timesOfDay(_ row: Int) -> HTML {
        let chosen = fields.values("weekday-\(row)")
        return """
            <div class="entry entry-times">\
            \(Field(
                "times-\(row)", "At", value: fields["times-\(row)"] ?? "", control: .text(placeholder: "09:30, 17:00"),
                error: errors["times-\(row)"]))
            <fieldset class="field"><legend class="label">On (none ticked: every day)</legend>\
            <div class="weekdays">\(each: Self.weekdays, { value, title in
                """
                <label><input type="checkbox" name="weekday-\(row)" value="\(value)"\
                \(flag: "checked", chosen.contains(value))><span>\(title)</span></label>
                """
            })</div></fieldset>\
            \(Field(
                "days-\(row)", "Days of the month", value: fields["days-\(row)"] ?? "",
                control: .text(placeholder: "all; or 1, 15-20"), error: errors["days-\(row)"]))\
            \(Field(
                "months-\(row)", "Months", value: fields["months-\(row)"] ?? "",
                control: .text(placeholder: "all; or Jan-Mar, Sep"), error: errors["months-\(row)"]))\
            \(remove("times", row, "Remove times"))</div>
            """
    }

    // MARK: How

    private var rules: HTML {
        """
        \(Field(
            "overlap", "If an earlier run is still open", value: fields["overlap"] ?? "",
            control: .choice(OverlapText.choices), error: errors["overlap"]))
        \(row(
            field("catchup", "Catch-up window", "365d", hint: "How late a run may start if the server was not there."),
            field("remaining", "Runs it may still start", "without limit")))
        <div class="choices">\
        \(Checkbox(name: "pauseOnFailure", label: "Pause when a run fails", isChecked: isOn("pauseOnFailure")))\
        \(Checkbox(
            name: "keepID", label: "All runs have the same workflow id", isChecked: isOn("keepID")))\
        \(Checkbox(name: "paused", label: isNew ? "Begin paused" : "Paused", isChecked: isOn("paused")))</div>
        \(field("notes", "Notes", "for people"))
        """
    }

    private func isOn(_ name: String) -> Bool { fields[name] != nil }
}

/// Names of time zones that are offered; any other that the system has may be written.
enum ZoneNames {
    static let common = [
        "UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Bogota",
        "America/Chicago", "America/Denver", "America/Halifax", "America/Los_Angeles", "America/Mexico_City",
        "America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Bangkok", "Asia/Dubai", "Asia/Hong_Kong",
        "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul",
        "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Australia/Perth", "Australia/Sydney", "Europe/Amsterdam",
        "Europe/Athens", "Europe/Berlin", "Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Madrid",
        "Europe/Paris", "Europe/Rome", "Europe/Stockholm", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland",
        "Pacific/Honolulu",
    ]
}
