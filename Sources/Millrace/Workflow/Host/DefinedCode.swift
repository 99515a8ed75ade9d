import WireAPI
import WorkerCore

/// Runs the instance of one workflow type: `run`, and a task for each handler that is called.
///
/// Used on the run's thread only, as is `RunContext`. The tasks' closures reach it through `DrainThread`, not by
/// capturing it.
final class DefinedCode<Definition: WorkflowDefinition>: RunningCode {
    private let instance: Definition
    private let arguments: Arguments
    private let context: RunContext
    private let description: WorkflowDescription<Definition>
    private var runTask: Task<Void, Never>?

    init(instance: Definition, arguments: Arguments, context: RunContext) {
        self.instance = instance
        self.arguments = arguments
        self.context = context
        description = Definition.workflowDefinition
    }

    func begin() {
        guard runTask == nil, !context.isFinished else { return }
        let (instance, arguments, run) = (instance, arguments, description.run)
        runTask = context.launch {
            do {
                let output = try await run(instance, arguments)
                DrainThread.context?.finish(.success(output))
            } catch {
                DrainThread.context?.finish(.failure(error))
            }
        }
        context.runUntilQuiet()
    }

    func handle(_ signal: SignalReceived) throws {
        guard
            let handler = description.signals.first(where: { $0.name == signal.name })
                ?? description.signals.first(where: { $0.name == nil })
        else {
            context.logger.warning(
                "a signal without a handler arrived and was kept aside",
                metadata: ["signal": "\(signal.name)", "handlers": "\(names(description.signals.map(\.name)))"])
            return
        }
        let (instance, name, handle) = (instance, signal.name, handler.handle)
        let arguments = context.services.arguments(signal.input)
        let number = context.handlerBegins(kind: "signal", name: name, policy: handler.unfinished)
        context.launchTracked {
            var failure: (any Error)?
            do { try await handle(instance, name, arguments) } catch { failure = error }
            DrainThread.context?.signalHandlerEnded(number, signal: name, failure)
        }
    }

    func handle(_ update: UpdateReceived) throws {
        let id = update.protocolInstanceID
        guard
            let handler = description.updates.first(where: { $0.name == update.name })
                ?? description.updates.first(where: { $0.name == nil })
        else {
            let known = names(description.updates.map(\.name))
            context.reject(id, ApplicationFailure("unknown update '\(update.name)'; this workflow knows \(known)"))
            return
        }
        let (instance, name, handle) = (instance, update.name, handler.handle)
        let arguments = context.services.arguments(update.input)
        if update.runValidator, let validate = handler.validate {
            do {
                try context.reading("the validator of update '\(name)'") {
                    try instance.assumeIsolated { try validate($0, name, arguments) }
                }
            } catch {
                if context.taskFailure == nil { context.reject(id, error) }
                return
            }
        }
        context.emit(.updateResponse(protocolInstanceID: id, .accepted))
        let number = context.handlerBegins(kind: "update", name: name, policy: handler.unfinished)
        context.launchTracked {
            let result: Result<BoundaryValue, any Error>
            do { result = .success(try await handle(instance, name, arguments)) } catch { result = .failure(error) }
            DrainThread.context?.updateHandlerEnded(number, protocolInstanceID: id, result)
        }
    }

    func answer(_ query: QueryReceived) throws {
        let answer: QueryAnswer
        do {
            answer = .answered(try context.services.payloads(value(for: query)))
        } catch {
            answer = .failed(context.services.failure(from: error))
        }
        // A query that breaks the rules fails alone; the run has not changed.
        context.taskFailure = nil
        context.emit(.queryResult(id: query.id, answer))
    }

    private func value(for query: QueryReceived) throws -> BoundaryValue {
        switch query.name {
        case BuiltInQueries.stackTrace: return BoundaryValue(BuiltInQueries.stackTrace(of: context))
        case BuiltInQueries.metadata:
            return BoundaryValue(
                BuiltInQueries.metadata(of: description, type: context.start?.workflowType ?? description.name))
        default: break
        }
        guard
            let handler = description.queries.first(where: { $0.name == query.name })
                ?? description.queries.first(where: { $0.name == nil })
        else {
            let known = names(description.queries.map(\.name))
            throw ApplicationFailure("unknown query '\(query.name)'; this workflow knows \(known)")
        }
        let arguments = context.services.arguments(query.input)
        return try context.reading("query '\(query.name)'") {
            try instance.assumeIsolated { try handler.answer($0, query.name, arguments) }
        }
    }

    func cancel(reason: String) throws {
        begin()
        context.isCancelRequested = true
        context.cancelReason = reason
        runTask?.cancel()
    }

    func cancelAll() {
        runTask?.cancel()
        context.cancelTrackedTasks()
    }

    var isStuck: Bool {
        // A signal or an update may end what looks like a wait for nothing.
        !context.isWaiting && description.signals.isEmpty && description.updates.isEmpty
    }

    private func names(_ names: [String?]) -> String {
        let known = names.map { $0.map { "'\($0)'" } ?? "any" }
        return known.isEmpty ? "none" : known.joined(separator: ", ")
    }
}
