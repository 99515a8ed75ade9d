/// What a worker offers: workflow types and activity instances.
public enum WorkerItem: Sendable {
    case workflow(any WorkflowDefinition.Type)
    case activities([RegisteredActivity])
}

/// Lets a worker's content be listed.
///
///     Worker(client, taskQueue: "hackernews") {
///         TopStories.self
///         HackerNews(api: .live)
///         if isTest { FakeMail() }
///     }
@resultBuilder
public enum WorkerBuilder {
    public static func buildExpression<Definition: WorkflowDefinition>(_ type: Definition.Type) -> [WorkerItem] {
        [.workflow(type)]
    }

    public static func buildExpression(_ type: any WorkflowDefinition.Type) -> [WorkerItem] { [.workflow(type)] }

    public static func buildExpression<Container: ActivityContainer>(_ container: Container) -> [WorkerItem] {
        [.activities(container.registeredActivities)]
    }

    public static func buildExpression(_ items: [WorkerItem]) -> [WorkerItem] { items }

    public static func buildBlock(_ parts: [WorkerItem]...) -> [WorkerItem] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [WorkerItem]?) -> [WorkerItem] { part ?? [] }
    public static func buildEither(first part: [WorkerItem]) -> [WorkerItem] { part }
    public static func buildEither(second part: [WorkerItem]) -> [WorkerItem] { part }
    public static func buildArray(_ parts: [[WorkerItem]]) -> [WorkerItem] { parts.flatMap { $0 } }
}

/// The activities that a worker knows.
struct ActivityRegistry: Sendable {
    private var named: [String: RegisteredActivity] = [:]
    private var dynamic: RegisteredActivity?

    init(_ activities: [RegisteredActivity]) throws(InvalidOptions) {
        for activity in activities { try add(activity) }
    }

    private mutating func add(_ activity: RegisteredActivity) throws(InvalidOptions) {
        guard let name = activity.name else {
            if let other = dynamic {
                throw InvalidOptions(
                    "activities", "has two dynamic activities, in \(other.container) and \(activity.container)")
            }
            dynamic = activity
            return
        }
        if let other = named[name] {
            throw InvalidOptions(
                "activities",
                "has two activities named '\(name)', in \(other.container) and \(activity.container): give one a name "
                    + "with @Activity(\"…\")")
        }
        named[name] = activity
    }

    /// In alphabetical order.
    var names: [String] { named.keys.sorted() }
    var isEmpty: Bool { named.isEmpty && dynamic == nil }

    func activity(named name: String) -> RegisteredActivity? { named[name] ?? dynamic }
}
