import SwiftProtobuf
import WireAPI
import WireRPC

/// Does what a form says.
struct RunActionCall {
    var request: PageRequest
    var action: RunAction
    private var key: RunKey
    private var service: Service { request.service }

    init(_ request: PageRequest, _ action: RunAction) {
        self.request = request
        self.action = action
        key = RunKey(request)
    }

    /// - Throws: ``FieldError``, ``RPCError``
    func perform() async throws -> Answer {
        switch action {
        case .signal: try await signal()
        case .update: try await update()
        case .cancel: try await cancel()
        case .terminate: try await terminate()
        case .reset: try await reset()
        case .startAgain: try await startAgain()
        }
    }

    private func required(_ name: String, _ what: String) throws -> String {
        guard let text = request.form.text(name) else { throw FieldError(field: name, message: "\(what) is missing.") }
        return text
    }

    private func input() throws -> [APIPayload] {
        do {
            return try ActionInput.payloads(request.form["input"] ?? "")
        } catch let problem as ActionInput.Problem {
            throw FieldError(field: "input", message: problem.text)
        }
    }

    private func done(_ text: String) -> Answer { .redirect(to: key.address(), notice: .done(text)) }

    private func signal() async throws -> Answer {
        var call = APISignalWorkflowExecutionRequest()
        call.namespace = key.namespace
        call.workflowExecution = key.execution
        call.signalName = try required("name", "The name of the signal")
        let input = try input()
        if !input.isEmpty { call.input.payloads = input }
        call.identity = service.identity
        call.requestID = CrossSiteToken.make()
        _ = try await service.call(WorkflowService.signalWorkflowExecution, call)
        return done("The signal \(call.signalName) was sent.")
    }

    private func update() async throws -> Answer {
        var call = APIUpdateWorkflowExecutionRequest()
        call.namespace = key.namespace
        call.workflowExecution = key.execution
        call.waitPolicy.lifecycleStage = .completed
        call.request.meta.updateID = CrossSiteToken.make()
        call.request.meta.identity = service.identity
        call.request.input.name = try required("name", "The name of the update")
        let input = try input()
        if !input.isEmpty { call.request.input.args.payloads = input }
        let answer = try await service.call(WorkflowService.updateWorkflowExecution, call)
        let name = call.request.input.name
        switch answer.outcome.value {
        case .success(let result):
            let text = result.payloads.shortPreview
            return done(text.isEmpty ? "The update \(name) is done." : "The update \(name) answered \(text)")
        case .failure(let failure):
            throw PageError.badRequest("The update \(name) failed: \(FailureView.summary(failure))")
        case nil: return done("The update \(name) was accepted and goes on.")
        }
    }

    private func cancel() async throws -> Answer {
        var call = APIRequestCancelWorkflowExecutionRequest()
        call.namespace = key.namespace
        call.workflowExecution = key.execution
        call.reason = request.form.text("reason") ?? ""
        call.identity = service.identity
        call.requestID = CrossSiteToken.make()
        _ = try await service.call(WorkflowService.requestCancelWorkflowExecution, call)
        return done("Cancellation was requested.")
    }

    private func terminate() async throws -> Answer {
        var call = APITerminateWorkflowExecutionRequest()
        call.namespace = key.namespace
        call.workflowExecution = key.execution
        call.reason = request.form.text("reason") ?? "Terminated from the web UI"
        call.identity = service.identity
        _ = try await service.call(WorkflowService.terminateWorkflowExecution, call)
        return done("The run was terminated.")
    }

    private func reset() async throws -> Answer {
        guard let event = Int64(try required("event", "The event")) else {
            throw FieldError(field: "event", message: "That is no event.")
        }
        var call = APIResetWorkflowExecutionRequest()
        call.namespace = key.namespace
        call.workflowExecution = key.execution
        call.workflowTaskFinishEventID = event
        call.reason = request.form.text("reason") ?? ""
        call.identity = service.identity
        call.requestID = CrossSiteToken.make()
        let answer = try await service.call(WorkflowService.resetWorkflowExecution, call)
        return .redirect(
            to: request.links.run(key.namespace, key.workflowID, answer.runID),
            notice: .done("The run begins anew at event \(event)."))
    }

    /// The settings of the old run, with what the form changes.
    private func startAgain() async throws -> Answer {
        let events = try await RunSource(request).history()
        var call = APIStartWorkflowExecutionRequest()
        if let start = RunHistory(events.prefix(1).map { $0 }).start {
            call.workflowExecutionTimeout = start.workflowExecutionTimeout
            call.workflowRunTimeout = start.workflowRunTimeout
            call.workflowTaskTimeout = start.workflowTaskTimeout
            if start.hasRetryPolicy { call.retryPolicy = start.retryPolicy }
            if start.hasMemo { call.memo = start.memo }
            if start.hasSearchAttributes {
                call.searchAttributes = start.searchAttributes
                // Set by the server; nobody else may.
                for name in start.searchAttributes.indexedFields.keys
                where name.hasPrefix("Temporal") || name == "BuildIds" {
                    call.searchAttributes.indexedFields[name] = nil
                }
            }
            if start.hasHeader { call.header = start.header }
            if start.hasPriority { call.priority = start.priority }
        }
        call.namespace = key.namespace
        call.workflowID = try required("workflow-id", "The workflow id")
        call.workflowType.name = try required("type", "The type")
        call.taskQueue.name = try required("queue", "The task queue")
        let text = request.form["input"] ?? ""
        let old = RunHistory(events.prefix(1).map { $0 }).start?.input.payloads ?? []
        // What cannot be edited as text is sent again as it was, unless something was written instead.
        let input = text.trimmingSpace().isEmpty && ActionInput.text(old) == nil ? old : try input()
        if !input.isEmpty { call.input.payloads = input }
        call.identity = service.identity
        call.requestID = CrossSiteToken.make()
        let answer = try await service.call(WorkflowService.startWorkflowExecution, call)
        return .redirect(
            to: request.links.run(key.namespace, call.workflowID, answer.runID), notice: .done("Started."))
    }
}
