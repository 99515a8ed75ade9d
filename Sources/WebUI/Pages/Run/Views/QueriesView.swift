import APIJSON
import SwiftProtobuf
import WireAPI
import WireRPC

/// Questions to the workflow's code, and what it answers.
struct QueriesView: Component {
    enum Answer: Sendable {
        case values([APIPayload])
        case text(String)
        case error(String)
    }

    var request: PageRequest
    var run: RunSnapshot
    /// What the workflow can be asked; `nil` if it did not say.
    var definitions: [APIWorkflowInteractionDefinition]?
    var hasWorker: Bool
    var asked: String?
    var answer: Answer?
    var argumentError: String?

    static let stackTrace = "__stack_trace"

    /// Asks the worker what can be asked, and what the reader asks.
    static func load(_ request: PageRequest, _ run: RunSnapshot) async throws -> QueriesView {
        let asker = WorkflowAsker(service: request.service, key: run.key)
        // The description has told of pollers for open runs only; a closed run can be asked as well.
        let pollers =
            if let known = run.pollers { known } else { await RunSource(request).pollers(run.description) }
        let hasWorker = pollers.map { !$0.workflows.isEmpty } ?? true
        var view = QueriesView(
            request: request, run: run, definitions: nil, hasWorker: hasWorker, asked: request.query.text("query"))
        guard hasWorker else { return view }
        view.definitions = await asker.queries()
        guard let asked = view.asked else { return view }
        do {
            let arguments = try ActionInput.payloads(request.query["args"] ?? "")
            view.answer = await asker.ask(asked, arguments)
        } catch let error as ActionInput.Problem {
            view.argumentError = error.text
        }
        return view
    }

    var html: HTML {
        """
        <div id="run-queries" class="columns">\(Card(title: "Ask", content: hasWorker ? form : noWorker))\
        \(Card(title: answerTitle, actions: answerActions, content: answerHTML))</div>
        """
    }

    private var noWorker: HTML {
        """
        <p>No worker polls the task queue \(run.description.executionConfig.taskQueue.name), so nobody can answer. \
        Queries are answered by the workflow's own code, of closed runs as well: start a worker and load this page \
        again.</p>
        """
    }

    private var names: [String] {
        (definitions ?? []).map(\.name).filter { !$0.isEmpty && !$0.hasPrefix("__temporal") }
    }

    private var form: HTML {
        let shown = names.filter { !$0.hasPrefix("__") }
        return """
            \(if: !shown.isEmpty, links(shown))\
            <form method="get" action="\(run.key.address(.queries))" class="form">\
            \(Field("query", "Query", value: asked ?? shown.first ?? "", isRequired: true, suggestions: names))\
            \(Field(
                "args", "Arguments", value: request.query["args"] ?? "", control: .area(rows: 3),
                hint: "JSON, one value a line or one list for each; nothing for none", error: argumentError))\
            <div class="form-end"><button type="submit" class="button button-main">Run the query</button>\
            <a class="button" href="\(address(Self.stackTrace))">Stack trace</a></div></form>
            """
    }

    private func links(_ names: [String]) -> HTML {
        let definitions = definitions ?? []
        return """
            <ul class="query-list">\(each: names, { name in
                let about = definitions.first { $0.name == name }?.description_p ?? ""
                let current: HTML = name == asked ? " aria-current=\"true\"" : ""
                return "<li><a class=\"chip\"\(current) href=\"\(address(name))\">\(Icon.query)\(name)</a> <span class=\"faint\">\(about)</span></li>"
            })</ul>
            """
    }

    private func address(_ query: String) -> String {
        run.key.address(.queries, query: Fields([("query", query)]))
    }

    private var answerTitle: HTML {
        guard let asked else { return "Answer" }
        return asked == Self.stackTrace ? "Where the code is" : "\(asked)"
    }

    private var answerActions: HTML {
        asked == nil
            ? .empty : "<a class=\"button button-small\" href=\"\(request.address)\">Ask again</a>"
    }

    private var answerHTML: HTML {
        switch answer {
        case .values(let payloads): "\(ValueView(payloads, id: "answer", placeholder: "Nothing"))"
        case .text(let text): "<pre class=\"json\" tabindex=\"0\">\(text)</pre>"
        case .error(let text): "<div class=\"failure\" role=\"alert\"><p class=\"failure-message\">\(text)</p></div>"
        case nil: "<p class=\"faint\">Choose a query: the worker answers it from the state the code is in.</p>"
        }
    }
}

/// Asks a workflow's code.
struct WorkflowAsker: Sendable {
    var service: Service
    var key: RunKey

    var timeout = Duration.seconds(10)

    /// - Throws: ``RPCError``
    func query(_ name: String, _ arguments: [APIPayload] = []) async throws -> APIQueryWorkflowResponse {
        var request = APIQueryWorkflowRequest()
        request.namespace = key.namespace
        request.execution = key.execution
        request.query.queryType = name
        if !arguments.isEmpty { request.query.queryArgs.payloads = arguments }
        return try await service.call(WorkflowService.queryWorkflow, request, timeout: timeout)
    }

    /// What the workflow says of itself; `nil` if it does not.
    func metadata() async -> APIWorkflowMetadata? {
        guard let answer = try? await query("__temporal_workflow_metadata"),
            let payload = answer.queryResult.payloads.first
        else { return nil }
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        if let metadata = try? APIWorkflowMetadata(jsonUTF8Bytes: Array(payload.data), options: options) {
            return metadata
        }
        return try? APIWorkflowMetadata(serializedBytes: Array(payload.data))
    }

    func queries() async -> [APIWorkflowInteractionDefinition]? {
        if let metadata = await metadata() { return metadata.definition.queryDefinitions }
        // Older SDKs name what they know in the refusal of what they do not.
        do {
            _ = try await query("__millrace_unknown")
            return nil
        } catch let error as RPCError {
            return Self.known(in: error.message).map { name in
                var definition = APIWorkflowInteractionDefinition()
                definition.name = name
                return definition
            }
        } catch {
            return nil
        }
    }

    /// The names in `… KnownQueryTypes=[a b c]` and its like.
    static func known(in message: String) -> [String] {
        guard let open = message.lastIndex(of: "["), let close = message[open...].firstIndex(of: "]") else { return [] }
        return message[message.index(after: open)..<close].split { ", ".contains($0) }.map(String.init)
    }

    func ask(_ name: String, _ arguments: [APIPayload]) async -> QueriesView.Answer {
        do {
            let answer = try await query(name, arguments)
            if answer.hasQueryRejected {
                return .error("The query was refused: the run is \(answer.queryRejected.status.title.lowercased()).")
            }
            let payloads = answer.queryResult.payloads
            if name == QueriesView.stackTrace, let text = payloads.first?.string { return .text(text) }
            return .values(payloads)
        } catch let error as RPCError where error.code == .deadlineExceeded {
            return .error("The worker did not answer in time. Is it running and not stuck?")
        } catch let error as RPCError {
            return .error(error.message)
        } catch {
            return .error("\(error)")
        }
    }
}
