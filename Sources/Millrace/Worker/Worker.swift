import Logging
import ServiceLifecycle
import Synchronization

/// Runs workflows and activities from one task queue.
///
///     let worker = Worker(client, taskQueue: "hackernews") {
///         TopStories.self
///         HackerNews(api: .live)
///     }
///     try await worker.run()
///
/// A worker is a `Service` of swift-service-lifecycle; without a service group, cancelling the task that called
/// ``run()`` stops it just as gracefully.
public final class Worker: Service, CustomStringConvertible {
    public let client: Client
    public let taskQueue: String
    public let options: WorkerOptions
    private let items: [WorkerItem]
    private let hasRun = Mutex(false)

    /// - Parameter content: workflow types and activity instances.
    public init(
        _ client: Client, taskQueue: String, options: WorkerOptions = WorkerOptions(),
        @WorkerBuilder content: () -> [WorkerItem]
    ) {
        self.client = client
        self.taskQueue = taskQueue
        self.options = options
        items = content()
    }

    public var description: String { "worker of task queue '\(taskQueue)'" }

    /// Works until it is told to stop: by a service group, or by cancelling this task.
    ///
    /// Stopping: no more tasks are fetched; what is being worked on may end; activities get the grace period and are
    /// then cancelled.
    /// - Throws: ``InvalidOptions``, ``NamespaceNotFound`` or ``ServiceError`` if the worker cannot start, or if the
    ///   server refuses to give it tasks. Nothing when it was told to stop.
    public func run() async throws {
        let isFirst = hasRun.withLock { hasRun in
            defer { hasRun = true }
            return !hasRun
        }
        guard isFirst else { throw InvalidOptions("run", "may be called only once for each worker") }
        let runtime = try makeRuntime()
        // A task of its own, because stopping takes calls and waits, which in a cancelled task would end at once.
        let work = Task { try await runtime.run() }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await work.value
            } onGracefulShutdown: {
                runtime.requestStop()
            }
        } onCancel: {
            runtime.requestStop()
        }
    }

    /// Works while `body` runs, then stops. For tests and programs that do one thing.
    /// - Throws: what `body` throws, and what ``run()`` throws; if the worker fails, `body` is cancelled.
    public func running<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await self.run()
                return nil
            }
            group.addTask { try await body() }
            var result: Value?
            while let value = try await group.next() {
                if let value { result = value }
                // Whoever ends first, the other one has nothing left to do.
                group.cancelAll()
            }
            guard let result else { throw CancellationError() }
            return result
        }
    }

    private func makeRuntime() throws -> WorkerRuntime {
        try options.validate()
        if taskQueue.isEmpty { throw InvalidOptions("taskQueue", "must not be empty") }
        var workflows: [any WorkflowDefinition.Type] = []
        var activities: [RegisteredActivity] = []
        for item in items {
            switch item {
            case .workflow(let type): workflows.append(type)
            case .activities(let more): activities += more
            }
        }
        if workflows.isEmpty, activities.isEmpty {
            throw InvalidOptions("content", "of the worker is empty: list workflow types and activity instances")
        }
        return try WorkerRuntime(
            context: WorkerContext(client: client, taskQueue: taskQueue, options: options), workflows: workflows,
            activities: ActivityRegistry(activities))
    }
}
