/// A type whose methods are activities: what ``Activities(startToClose:scheduleToClose:scheduleToStart:heartbeatTimeout:retry:taskQueue:)``
/// makes of a struct, final class or actor.
///
/// Do not write the conformance by hand; attach `@Activities`.
public protocol ActivityContainer: Sendable {
    /// The same methods, to be called from workflows.
    associatedtype Stub: Sendable

    /// What workflows call. Options set here win over those of the declarations.
    static var stub: Stub { get }

    /// The activities with their entry points, which workers use.
    static var activityDescriptions: [ActivityDescription<Self>] { get }
}

/// One activity. Generated code makes it.
public struct ActivityDescription<Container: ActivityContainer>: Sendable {
    /// The activity type's name on the wire; `nil` takes the activities that have no handler of their own.
    public let name: String?
    /// What calls use unless they say otherwise.
    public let options: ActivityOptions
    /// Decodes the arguments, calls the method and returns what it returns. The string is the type's name.
    public let run: @Sendable (Container, String, Arguments) async throws -> BoundaryValue

    public init(
        _ name: String?, options: ActivityOptions = ActivityOptions(),
        run: @escaping @Sendable (Container, String, Arguments) async throws -> BoundaryValue
    ) {
        self.name = name
        self.options = options
        self.run = run
    }
}

/// An activity together with the instance it runs on, as a worker registers it.
public struct RegisteredActivity: Sendable {
    /// The activity type's name on the wire; `nil` takes the activities that have no handler of their own.
    public let name: String?
    /// The type that declares it, for messages.
    public let container: String
    public let run: @Sendable (String, Arguments) async throws -> BoundaryValue

    public init(
        name: String?, container: String, run: @escaping @Sendable (String, Arguments) async throws -> BoundaryValue
    ) {
        self.name = name
        self.container = container
        self.run = run
    }
}

extension ActivityContainer {
    /// The activities, bound to this instance.
    public var registeredActivities: [RegisteredActivity] {
        Self.activityDescriptions.map { description in
            RegisteredActivity(name: description.name, container: "\(Self.self)") { name, arguments in
                try await description.run(self, name, arguments)
            }
        }
    }
}
