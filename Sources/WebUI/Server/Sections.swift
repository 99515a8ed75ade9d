/// A group of pages in one folder below `Pages/`.
///
/// To add one: make a folder with a type that conforms, and add the type to ``Sections/all``.
protocol Section: SendableMetatype {
    /// The entry in the navigation; `nil` if the pages are reached from others only.
    static var navigation: NavigationEntry? { get }
    static func register(in routes: inout RouteTable)
}

/// An entry of the navigation.
struct NavigationEntry: Sendable, Equatable {
    /// Identifies the entry.
    var name: String
    var title: String
    var icon: Icon
    /// The components of its address. `:namespace` stands for the namespace that is looked at.
    var path: [String]
    /// Shown only if the server serves it.
    var feature: Feature?

    func address(_ namespace: String, _ links: Links) -> String {
        let components = path.map { $0 == ":namespace" ? namespace : $0 }
        return links.base + "/" + components.map(PercentCoding.encode).joined(separator: "/")
    }
}

enum Sections {
    /// All pages, in the order of the navigation.
    static let all: [any Section.Type] = [
        WorkflowListSection.self, RunSection.self, ScheduleSection.self, TaskQueueSection.self, WorkerSection.self,
        BatchSection.self, NamespaceSection.self, SearchAttributeSection.self, ImportSection.self, SettingsSection.self,
    ]

    static let navigation: [NavigationEntry] = all.compactMap { $0.navigation }

    static let routes: RouteTable = {
        var routes = RouteTable()
        routes.get("/") { .redirect(to: $0.links.workflows($0.namespace)) }
        for section in all { section.register(in: &routes) }
        return routes
    }()
}
