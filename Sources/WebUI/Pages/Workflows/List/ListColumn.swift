import SwiftProtobuf
import WireAPI

/// A column a list can have: a property of runs, or one of the namespace's own search attributes.
enum ListColumn: Hashable, Sendable {
    case status, workflowID, runID, type, taskQueue, started, ended, duration, executionTime
    case historyLength, historySize, transitions, parent, root
    case attribute(String)

    /// The columns every namespace offers, in the order they stand in.
    static let known: [ListColumn] = [
        .status, .workflowID, .runID, .type, .taskQueue, .started, .executionTime, .ended, .duration, .historyLength,
        .historySize, .transitions, .parent, .root,
    ]

    static let preset: [ListColumn] = [.status, .workflowID, .type, .taskQueue, .started, .ended, .duration]

    /// Identifies it in forms and cookies. No search attribute has a name with a dot in front.
    var name: String {
        switch self {
        case .status: ".status"
        case .workflowID: ".id"
        case .runID: ".run"
        case .type: ".type"
        case .taskQueue: ".queue"
        case .started: ".started"
        case .ended: ".ended"
        case .duration: ".duration"
        case .executionTime: ".execution"
        case .historyLength: ".events"
        case .historySize: ".size"
        case .transitions: ".transitions"
        case .parent: ".parent"
        case .root: ".root"
        case .attribute(let name): name
        }
    }

    init?(name: String) {
        if let known = Self.known.first(where: { $0.name == name }) {
            self = known
        } else if !name.isEmpty, !name.hasPrefix(".") {
            self = .attribute(name)
        } else {
            return nil
        }
    }

    var title: String {
        switch self {
        case .status: "Status"
        case .workflowID: "Workflow ID"
        case .runID: "Run ID"
        case .type: "Type"
        case .taskQueue: "Task queue"
        case .started: "Started"
        case .ended: "Ended"
        case .duration: "Duration"
        case .executionTime: "First task due"
        case .historyLength: "Events"
        case .historySize: "History size"
        case .transitions: "Transitions"
        case .parent: "Parent"
        case .root: "Root"
        case .attribute(let name): name
        }
    }

    var kind: DataTable.Column.Kind {
        switch self {
        case .workflowID: .main
        case .status, .started, .ended, .executionTime: .nowrap
        case .duration, .historyLength, .historySize, .transitions: .number
        default: .plain
        }
    }

    /// What ORDER BY calls it.
    var queryName: String {
        switch self {
        case .status: "ExecutionStatus"
        case .workflowID: "WorkflowId"
        case .runID: "RunId"
        case .type: "WorkflowType"
        case .taskQueue: "TaskQueue"
        case .started: "StartTime"
        case .ended: "CloseTime"
        case .duration: "ExecutionDuration"
        case .executionTime: "ExecutionTime"
        case .historyLength: "HistoryLength"
        case .historySize: "HistorySizeBytes"
        case .transitions: "StateTransitionCount"
        case .parent: "ParentWorkflowId"
        case .root: "RootWorkflowId"
        case .attribute(let name): name
        }
    }

    /// Whether the first click on its head shows the largest first.
    var beginsDescending: Bool {
        switch self {
        case .status, .workflowID, .runID, .type, .taskQueue, .parent, .root, .attribute: false
        default: true
        }
    }
}

/// What one person wants to see of every list, kept in a cookie.
struct ListChoices: Sendable, Equatable {
    static let cookieName = "millrace_list"
    static let sizes = [25, 50, 100, 250]

    var columns = ListColumn.preset
    var size = 50

    init() {}

    init(cookie: String?) {
        let fields = Fields(encoded: cookie ?? "")
        var chosen: [ListColumn] = []
        for column in fields.values("column").compactMap(ListColumn.init(name:)) where !chosen.contains(column) {
            chosen.append(column)
        }
        if !chosen.isEmpty { columns = chosen }
        if let size = fields["size"].flatMap(Int.init), Self.sizes.contains(size) { self.size = size }
        keepID()
    }

    /// From the form in which columns are ticked.
    init(form: Fields) {
        self.init(cookie: form.encoded)
        if form.values("column").isEmpty { columns = [.workflowID] }
    }

    /// Without the id there would be no way to a run.
    private mutating func keepID() {
        if !columns.contains(.workflowID) { columns.insert(.workflowID, at: columns.first == .status ? 1 : 0) }
    }

    var cookie: String {
        Fields(columns.map { ("column", $0.name) } + [("size", String(size))]).encoded
    }
}

/// Lists people come back to, kept in a cookie.
struct SavedViews: Sendable, Equatable {
    struct View: Sendable, Equatable {
        var namespace: String
        var title: String
        var state: Fields
    }

    static let cookieName = "millrace_views"
    /// What browsers keep of a cookie, with its name and attributes.
    static let maximumCookieSize = 3_800

    var views: [View] = []

    init() {}

    init(cookie: String?) {
        views = Fields(encoded: cookie ?? "").all.compactMap { name, value in
            let parts = name.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return View(namespace: String(parts[0]), title: String(parts[1]), state: Fields(encoded: value))
        }
    }

    var cookie: String {
        Fields(views.map { ("\($0.namespace)\t\($0.title)", $0.state.encoded) }).encoded
    }

    var fits: Bool { cookie.utf8.count <= Self.maximumCookieSize }

    func views(of namespace: String) -> [View] { views.filter { $0.namespace == namespace } }

    /// Adds a view in place of one of the same title.
    mutating func keep(_ view: View) {
        remove(view.title, in: view.namespace)
        views.append(view)
    }

    mutating func remove(_ title: String, in namespace: String) {
        views.removeAll { $0.namespace == namespace && $0.title == title }
    }
}
