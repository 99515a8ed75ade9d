import SwiftProtobuf
import WireAPI
import WorkerCore

extension Workflow {
    /// Runs an activity that is known by its name, and waits for what it returns.
    ///
    /// - Parameters:
    ///   - activity: the activity type's name.
    ///   - arguments: what the activity gets.
    ///   - options: must set `startToClose` or `scheduleToClose`.
    /// - Throws: ``ActivityFailure`` if the activity fails for good or is cancelled, `CancellationError` if the task
    ///   was cancelled before, ``InvalidOptions``.
    public nonisolated(nonsending) static func execute<
        each Argument: Encodable & Sendable, Output: Decodable & Sendable
    >(
        activity: String, _ arguments: repeat each Argument, returning: Output.Type = Output.self,
        options: ActivityOptions
    ) async throws -> Output {
        var values: [BoundaryValue] = []
        for argument in repeat each arguments { values.append(BoundaryValue(argument)) }
        return try await execute(
            activity: activity, arguments: values, returning: ReturnType(Output.self), options: options)
    }

    /// Runs an activity that is known by its name and returns nothing of interest, and waits for its end.
    public nonisolated(nonsending) static func execute<each Argument: Encodable & Sendable>(
        activity: String, _ arguments: repeat each Argument, options: ActivityOptions
    ) async throws {
        var values: [BoundaryValue] = []
        for argument in repeat each arguments { values.append(BoundaryValue(argument)) }
        try await execute(activity: activity, arguments: values, returning: ReturnType(), options: options)
    }

    /// Runs an activity; what the two above and generated stubs call.
    public nonisolated(nonsending) static func execute<Output: Sendable>(
        activity: String, arguments: [BoundaryValue], returning: ReturnType<Output>, options: ActivityOptions
    ) async throws -> Output {
        let context = try await RunContext.entered(waitingIn: "activity '\(activity)'")
        let seq = try context.scheduleActivity(activity, arguments, options)
        let outcome = try await RunContext.wait(.activity(seq)) { context in
            if context.isAwaited(.activity(seq)) { context.emit(.requestCancelActivity(seq: seq)) }
        }
        guard case .activity(let resolution) = outcome, let context = DrainThread.context else {
            throw WorkflowEvicted()
        }
        switch resolution {
        case .completed(let payloads):
            return try context.services.payloadConverter.result(from: payloads, as: Output.self)
        case .failed(let failure), .canceled(let failure):
            throw context.services.error(from: failure)
        }
    }
}

/// The type of what a call returns. Like ``BoundaryValue``, its initialisers accept exactly what the default payload
/// converter can carry.
public struct ReturnType<Value: Sendable>: Sendable {
    public init(_ type: Value.Type) where Value: Decodable {}

    @_disfavoredOverload
    public init(_ type: Value.Type) where Value: SwiftProtobuf.Message {}

    public init(_ type: Value.Type) where Value == RawValue {}

    public init(_ type: Value.Type = Value.self) where Value == Void {}

    /// No check at compile time: for types that only a custom payload converter knows.
    public init(unchecked type: Value.Type) {}
}

extension RunContext {
    fileprivate func scheduleActivity(
        _ activity: String, _ arguments: [BoundaryValue], _ options: ActivityOptions
    ) throws -> Int {
        try options.validate(activity: activity)
        let input = try services.payloadConverter.payloads(from: arguments)
        let seq = number(.activity)
        var attributes = APIScheduleActivityTaskCommandAttributes()
        attributes.activityID = options.id ?? ""
        attributes.activityType.name = activity
        if let taskQueue = options.taskQueue { attributes.taskQueue.name = taskQueue }
        attributes.input = input
        if let timeout = options.startToClose { attributes.startToCloseTimeout = .init(timeout) }
        if let timeout = options.scheduleToClose { attributes.scheduleToCloseTimeout = .init(timeout) }
        if let timeout = options.scheduleToStart { attributes.scheduleToStartTimeout = .init(timeout) }
        if let timeout = options.heartbeatTimeout { attributes.heartbeatTimeout = .init(timeout) }
        if let retry = options.retry { attributes.retryPolicy = retry.wire }
        if let priority = options.priority { attributes.priority = priority.wire }
        // Only on the worker's own queue can the worker be handed the task straight away.
        attributes.requestEagerExecution = options.allowsEagerExecution ?? true && options.taskQueue == nil
        let command = ScheduleActivity(
            seq: seq, attributes: attributes, cancellation: (options.cancellation ?? .tryCancel).core,
            metadata: userMetadata(summary: options.summary))
        emit(.scheduleActivity(command))
        return seq
    }
}

extension ActivityCancellation {
    fileprivate var core: WorkerCore.ActivityCancellation {
        switch self {
        case .tryCancel: .tryCancel
        case .waitForCompletion: .waitCompletion
        case .abandon: .abandon
        }
    }
}
