import ScheduleSpec

/// Schedules: the list, each by itself, making and changing them.
enum ScheduleSection: Section {
    /// Shared, so that each zone's file is read once.
    static let zones = SystemTimeZones()

    static let navigation: NavigationEntry? = NavigationEntry(
        name: "schedules", title: "Schedules", icon: .schedules, path: ["namespaces", ":namespace", "schedules"])

    static func register(in routes: inout RouteTable) {
        let list = "/namespaces/:namespace/schedules"
        routes.page(list) { try await ScheduleListPage.page($0) }
        routes.live("\(list)/live") { ScheduleListPage.feed($0) }
        routes.page("\(list)/create") { try await ScheduleFormPage.create($0) }
        routes.form("\(list)/create") { try await ScheduleFormPage.sendNew($0) }
        let one = "\(list)/:schedule"
        routes.page(one) { try await SchedulePage.page($0) }
        routes.live("\(one)/live") { SchedulePage.feed($0) }
        routes.page("\(one)/edit") { try await ScheduleFormPage.edit($0) }
        routes.form("\(one)/edit") { try await ScheduleFormPage.sendEdit($0) }
        routes.form("\(one)/pause") { try await ScheduleActions.pause($0) }
        routes.form("\(one)/unpause") { try await ScheduleActions.unpause($0) }
        routes.form("\(one)/trigger") { try await ScheduleActions.trigger($0) }
        routes.page("\(one)/delete") { try await ScheduleActions.confirmDelete($0) }
        routes.form("\(one)/delete") { try await ScheduleActions.delete($0) }
        routes.page("\(one)/backfill") { try await BackfillPage.page($0) }
        routes.form("\(one)/backfill") { try await BackfillPage.send($0) }
    }
}

extension Links {
    func schedules(_ namespace: String, query: Fields = Fields()) -> String {
        path("namespaces", namespace, "schedules", query: query)
    }

    func newSchedule(_ namespace: String) -> String { path("namespaces", namespace, "schedules", "create") }

    func schedule(_ namespace: String, _ id: String) -> String { path("namespaces", namespace, "schedules", id) }

    /// A page or a form of one schedule.
    func schedule(_ namespace: String, _ id: String, _ part: SchedulePart) -> String {
        path("namespaces", namespace, "schedules", id, part.rawValue)
    }

    /// All runs that a schedule has started.
    func runs(of schedule: String, _ namespace: String) -> String {
        workflows(namespace, matching: ScheduleQuery.runs(of: schedule))
    }
}

/// What there is below the address of a schedule.
enum SchedulePart: String, Sendable {
    case live, edit, pause, unpause, trigger, backfill, delete
}

enum ScheduleQuery {
    /// The runs of a schedule, in the visibility language.
    static func runs(of schedule: String) -> String {
        let quoted = schedule.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "TemporalScheduledById = \"\(quoted)\""
    }
}
