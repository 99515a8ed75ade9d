/// What a person chooses for all pages, kept in a cookie of this browser.
enum SettingsSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "settings", title: "Settings", icon: .settings, path: ["settings"])

    static func register(in routes: inout RouteTable) {
        routes.page("/settings") { request in page(SettingsForm(request.preferences), request) }
        routes.form("/settings") { request in save(request) }
    }

    private static func page(_ form: SettingsForm, _ request: PageRequest) -> Page {
        let content = PostForm(action: address(request), token: request.token, content: form.html)
        let body: HTML = """
            \(PageHead(title: "Settings"))
            \(Card(content: content.html))
            """
        var page = Page("Settings", in: navigation, namespace: request.namespace, body: body)
        if form.zoneError != nil { page.status = .badRequest }
        return page
    }

    private static func save(_ request: PageRequest) -> Answer {
        var preferences = request.preferences
        preferences.theme = request.form["theme"].flatMap(Preferences.Theme.init) ?? preferences.theme
        preferences.times = request.form["times"].flatMap(Preferences.Times.init) ?? preferences.times
        if let rows = request.form["rows"].flatMap(Int.init), Preferences.rowChoices.contains(rows) {
            preferences.rows = rows
        }
        switch request.form["zone"] {
        case "named":
            let name = request.form.text("zone-name") ?? ""
            preferences.zone = .named(name)
            guard Zones.shared.clock(name) != nil else {
                var form = SettingsForm(preferences)
                form.zoneError =
                    name.isEmpty
                    ? "Name a time zone, such as Europe/Berlin." : "There is no time zone \(name). Try Europe/Berlin."
                return .page(page(form, request))
            }
        case let zone?: preferences.zone = .init(zone)
        case nil: break
        }
        return .preferences(preferences, to: address(request), notice: .done("The settings are saved in this browser."))
    }

    private static func address(_ request: PageRequest) -> String { request.links.path("settings") }
}

/// The fields of the settings.
private struct SettingsForm: Component {
    var preferences: Preferences
    var zoneError: String?

    init(_ preferences: Preferences) { self.preferences = preferences }

    var html: HTML {
        """
        \(RadioGroup(name: "theme", label: "Colours", value: preferences.theme.rawValue, options: [
            ("system", "As the system"), ("light", "Light"), ("dark", "Dark"),
        ]))
        \(RadioGroup(name: "zone", label: "Time zone", value: zoneChoice, options: [
            ("local", "This browser's"), ("utc", "UTC"), ("named", "Another"),
        ]))
        \(Field(
            "zone-name", "Name of another time zone", value: zoneName,
            control: .text(placeholder: "Europe/Berlin"),
            hint: "The browser's zone needs its script; without it, times are shown in UTC. Other zones work without.",
            error: zoneError, suggestions: Zones.shared.names))
        \(RadioGroup(name: "times", label: "Points in time", value: preferences.times.rawValue, options: [
            ("absolute", "Date and time"), ("relative", "Time passed"),
        ]))
        \(Field(
            "rows", "Rows on a page of a list", value: "\(preferences.rows)",
            control: .choice(Preferences.rowChoices.map { ("\($0)", "\($0)") })))
        <div class="form-end">\(SubmitButton(title: "Save"))</div>
        """
    }

    private var zoneChoice: String {
        if case .named = preferences.zone { "named" } else { preferences.zone.text }
    }

    private var zoneName: String {
        if case .named(let name) = preferences.zone { name } else { "" }
    }
}
