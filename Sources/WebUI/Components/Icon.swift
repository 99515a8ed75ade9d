/// The icons: 16 × 16, drawn with lines in the colour of the text.
enum Icon: Sendable {
    // The navigation.
    case workflows, schedules, workers, batch, namespaces, attributes, upload, settings
    // What happens in a run.
    case run, activity, timer, child, signal, update, query, marker, task, nexus
    // What a button does.
    case add, search, download, more

    private var shape: HTML {
        switch self {
        case .workflows: "<path d=\"M2 3h5v3.5H2zM9 9.5h5V13H9zM7 4.8h4.5v4.7\"/>"
        case .schedules: "<circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M8 4.5V8l2.5 1.5\"/>"
        case .workers: "<path d=\"M2 4.5h12M2 8h12M2 11.5h12\"/><path d=\"M5 3v3M10.5 6.5v3M7 10v3\"/>"
        case .batch: "<path d=\"M2 10.5l6 3 6-3M2 8l6 3 6-3M8 2.5l6 3-6 3-6-3z\"/>"
        case .namespaces: "<path d=\"M2 3.5h4.5L8 5.5h6V13H2z\"/>"
        case .attributes: "<path d=\"M8.5 2.5H13.5V7.5L7.5 13.5 2.5 8.5z\"/><path d=\"M10.9 5.1h.01\"/>"
        case .upload: "<path d=\"M8 10.5V2.5M5 5.5l3-3 3 3M2.5 10.5v3h11v-3\"/>"
        case .settings:
            """
            <path d="M2 5h6.5M12.5 5H14M2 11h1.5M7.5 11H14"/>\
            <circle cx="10.5" cy="5" r="2"/><circle cx="5.5" cy="11" r="2"/>
            """
        case .run: "<path d=\"M5 3l8 5-8 5z\"/>"
        case .activity: "<path d=\"M2 8h3l2-5 3 10 2-5h2\"/>"
        case .timer: "<circle cx=\"8\" cy=\"9\" r=\"5\"/><path d=\"M8 6.5V9l1.5 1M6.5 2h3\"/>"
        case .child: "<path d=\"M3 2.5h4v3H3zM9 10.5h4v3H9zM5 5.5V12h4\"/>"
        case .signal: "<path d=\"M2 8h8M7 4.5L10.5 8 7 11.5M13.5 3v10\"/>"
        case .update: "<path d=\"M13 5.5A5.5 5.5 0 0 0 3 6M3 2.5V6h3.5M3 10.5A5.5 5.5 0 0 0 13 10M13 13.5V10H9.5\"/>"
        case .query:
            """
            <circle cx="8" cy="8" r="6"/>\
            <path d="M6.3 6.3c.2-2.3 3.6-2.2 3.4 0-.1 1.2-1.7 1.3-1.7 2.5M8 11.3v.1"/>
            """
        case .marker: "<path d=\"M4 14V2.5h8L10 6l2 3.5H4\"/>"
        case .task: "<path d=\"M3 8.5l3.5 3.5L13 4.5\"/>"
        case .nexus: "<circle cx=\"4\" cy=\"8\" r=\"2\"/><circle cx=\"12\" cy=\"8\" r=\"2\"/><path d=\"M6 8h4\"/>"
        case .add: "<path d=\"M8 3v10M3 8h10\"/>"
        case .search: "<circle cx=\"7\" cy=\"7\" r=\"4.5\"/><path d=\"M10.5 10.5L14 14\"/>"
        case .download: "<path d=\"M8 2.5v8M5 7.5l3 3 3-3M2.5 13.5h11\"/>"
        case .more: "<path d=\"M3 6l5 5 5-5\"/>"
        }
    }
}

extension Icon: Component {
    /// Decorative: the text beside it says what it means.
    var html: HTML {
        """
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">\(shape)</svg>
        """
    }
}
