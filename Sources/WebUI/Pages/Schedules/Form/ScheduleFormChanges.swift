/// What has become of a schedule while its form was open.
struct ScheduleFormChanges: Component {
    struct Change {
        var name: String
        var was: String
        var now: String
        /// What the form says, if its reader has changed it as well.
        var own: String?
    }

    private(set) var changes: [Change] = []
    /// The schedule as it is now, with what was changed in the form.
    private(set) var merged: Fields

    /// - Parameters:
    ///   - form: what was sent.
    ///   - was: ``digest(_:)`` of what the form showed at first.
    ///   - now: what it would show now.
    init(form: Fields, was: Fields, now: Fields) {
        let names = Self.names(was, now, form)
        let current = Self.digest(now)
        var kept: [(name: String, value: String)] = []
        for name in names {
            let own = Self.digest(Fields(form.all.filter { $0.name == name })).values(name)
            let (before, after) = (was.values(name), current.values(name))
            let isOwn = own != before
            kept += (isOwn ? form : now).all.filter { $0.name == name }
            guard before != after, name != ScheduleFormValues.nextRow else { continue }
            let text = { (values: [String]) in values.joined(separator: ", ") }
            changes.append(
                Change(name: name, was: text(before), now: text(after), own: isOwn ? text(form.values(name)) : nil))
        }
        merged = Fields(kept)
    }

    /// All names of a schedule's own fields, in their order.
    private static func names(_ all: Fields...) -> [String] {
        var seen: Set<String> = [CrossSiteToken.fieldName, "conflict", "was", "do"]
        return all.flatMap(\.all).map(\.name).filter { seen.insert($0).inserted }
    }

    /// The same, with long values as what tells them apart, so that a form does not carry everything twice.
    static func digest(_ fields: Fields) -> Fields {
        Fields(
            fields.all.map { field in
                let value = field.value.replacing("\r\n", with: "\n")
                if value.utf8.count <= 200 { return (field.name, value) }
                let hash = value.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
                return (
                    field.name, "\(String(value.prefix(60)))… (\(value.utf8.count) bytes, \(String(hash, radix: 36)))"
                )
            })
    }

    var html: HTML {
        """
        <div class="notice notice-failed" role="alert"><p><strong>Somebody has changed this schedule in the \
        meantime.</strong> Nothing is saved yet. The form shows the schedule as it is now, with your changes; look at it \
        and save again.</p></div>
        \(if: !changes.isEmpty, table)
        """
    }

    private var table: HTML {
        let columns: [DataTable.Column] = [
            .init("Field", .main), .init("When you opened it"), .init("Now"), .init("Yours"),
        ]
        let rows = changes.map { change in
            DataTable.Row(
                cells: [
                    "\(Self.title(change.name))", "\(change.was)", "\(change.now)",
                    change.own.map { "\($0)" } ?? "<span class=\"faint\">not touched</span>",
                ])
        }
        return Card(
            title: "What has changed", isPadded: false,
            content: DataTable(caption: "What has changed", columns: columns, rows: rows).html
        ).html
    }

    private static let titles = [
        "every": "Interval", "unit": "Unit of the interval", "phase": "Phase", "times": "Times of day",
        "weekday": "Days of the week", "days": "Days of the month", "months": "Months", "cron": "Cron lines",
        "exclude": "But not at", "zone": "Time zone", "starts": "Not before", "ends": "Not after", "jitter": "Jitter",
        "type": "Workflow type", "queue": "Task queue", "workflowID": "Workflow id", "input": "Input",
        "executionTimeout": "Execution timeout", "runTimeout": "Run timeout", "taskTimeout": "Task timeout",
        "overlap": "If an earlier run is open", "catchup": "Catch-up window", "remaining": "Runs it may still start",
        "pauseOnFailure": "Pause when a run fails", "keepID": "Same workflow id", "paused": "Paused", "notes": "Notes",
    ]

    private static func title(_ name: String) -> String {
        let kind = name.prefix { $0 != "-" }
        return titles[String(kind)] ?? name
    }
}
