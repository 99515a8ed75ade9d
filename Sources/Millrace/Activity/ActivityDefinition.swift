/// A type whose methods are activities: what ``Activities(startToClose:scheduleToClose:scheduleToStart:heartbeatTimeout:retry:taskQueue:)``
/// makes of a struct, final class or actor.
///
/// Do not write the conformance by hand; attach `@Activities`.
public protocol ActivityContainer: Sendable {
    /// The same methods, to be called from workflows.
    associatedtype Stub: ActivityStub

    /// What workflows call. Options set here win over those of the declarations.
    static var stub: Stub { get }

    /// The activities with their entry points, which workers use.
    static var activityDescriptions: [ActivityDescription<Self>] { get }
}

/// What workflows call in place of the activities themselves. `@Activities` generates one inside the type.
public protocol ActivityStub: Sendable {
    /// What wins over the options of the declarations.
    var options: ActivityOptions { get set }
}

extension ActivityStub {
    /// A stub whose calls use other options; what is left out stays as it is.
    ///
    ///     let patient = HackerNews.stub.with(startToClose: .minutes(5), retry: .never)
    public func with(
        startToClose: Duration? = nil, scheduleToClose: Duration? = nil, scheduleToStart: Duration? = nil,
        heartbeatTimeout: Duration? = nil, retry: RetryPolicy? = nil, taskQueue: String? = nil, id: String? = nil,
        cancellation: ActivityCancellation? = nil, allowsEagerExecution: Bool? = nil, priority: Priority? = nil,
        summary: String? = nil
    ) -> Self {
        with(
            ActivityOptions(
                startToClose: startToClose, scheduleToClose: scheduleToClose, scheduleToStart: scheduleToStart,
                heartbeatTimeout: heartbeatTimeout, retry: retry, taskQueue: taskQueue, id: id,
                cancellation: cancellation, allowsEagerExecution: allowsEagerExecution, priority: priority,
                summary: summary))
    }

    /// A stub whose calls use other options; what is left out stays as it is.
    public func with(_ options: ActivityOptions) -> Self {
        var stub = self
        stub.options = options.overriding(self.options)
        return stub
    }
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
