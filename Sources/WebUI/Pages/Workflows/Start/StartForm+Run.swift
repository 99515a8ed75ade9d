import APIJSON
import WireAPI
import WireRPC

extension StartForm {
    /// Empty but for what the address says.
    init(query: Fields) {
        self.init()
        workflowID = query.text("workflowId") ?? RandomID.make()
        workflowType = query.text("workflowType") ?? ""
        taskQueue = query.text("taskQueue") ?? ""
        input = query["input"] ?? ""
        requestID = RandomID.make()
    }

    /// Filled with what an earlier run was started with.
    init(_ event: APIWorkflowExecutionStartedEventAttributes, of source: BulkTarget) {
        self.init()
        self.source = source
        workflowID = source.workflowID
        workflowType = event.workflowType.name
        taskQueue = event.taskQueue.name
        executionTimeout = DurationInput.text(event.workflowExecutionTimeout)
        runTimeout = DurationInput.text(event.workflowRunTimeout)
        taskTimeout = event.workflowTaskTimeout.seconds == 10 ? "" : DurationInput.text(event.workflowTaskTimeout)
        memo = Self.lines(event.memo.fields)
        searchAttributes = Self.lines(
            event.searchAttributes.indexedFields.filter { !Self.isOfServer($0.key) })
        requestID = RandomID.make()
        read(event.input.payloads)
    }

    /// The input as text, if all of it can be written again as it was.
    private mutating func read(_ payloads: [APIPayload]) {
        let names = Set(payloads.map { $0.metadata["encoding"].map { String(decoding: $0, as: UTF8.self) } ?? "" })
        guard let name = names.first else { return }
        let shown = payloads.map(ShownPayload.init)
        if names == ["binary/plain"], shown.count == 1, case .text(let text) = shown[0] {
            encoding = .text
            input = text
            return
        }
        let texts = shown.compactMap { payload -> String? in
            switch payload {
            case .json(let value): shown.count == 1 ? JSONPrinter.pretty(value) : JSONPrinter.compact(value)
            case .nothing: "null"
            default: nil
            }
        }
        let types = Set(payloads.map { $0.metadata["messageType"].map { String(decoding: $0, as: UTF8.self) } ?? "" })
        guard texts.count == shown.count, !names.contains("json/protobuf") || names.count == 1 && types.count == 1
        else {
            encoding = .kept
            return
        }
        encoding = name == "json/protobuf" ? .protobuf : .json
        messageType = types.first ?? ""
        input = texts.joined(separator: "\n")
    }

    private static func isOfServer(_ name: String) -> Bool {
        name.hasPrefix("Temporal") || name == "BuildIds" || name == "BinaryChecksums"
    }

    private static func lines(_ fields: [String: APIPayload]) -> String {
        fields.sorted { $0.key < $1.key }.compactMap { name, payload in
            guard case .json(let value) = ShownPayload(payload) else { return nil }
            return "\(name) = \(JSONPrinter.compact(value))"
        }.joined(separator: "\n")
    }

    /// Puts what the server refused beside the field it is about.
    mutating func refuse(_ error: RPCError) {
        let message = error.message
        let fields: [(word: String, field: String)] = [
            ("workflowtype", "workflowType"), ("workflow type", "workflowType"), ("taskqueue", "taskQueue"),
            ("task queue", "taskQueue"), ("workflowid", "workflowId"), ("workflow id", "workflowId"),
            ("search attribute", "searchAttributes"), ("executiontimeout", "executionTimeout"),
            ("runtimeout", "runTimeout"), ("tasktimeout", "taskTimeout"), ("start delay", "delay"),
            ("startdelay", "delay"), ("memo", "memo"),
        ]
        let lowered = message.lowercased()
        let field =
            error.code == .alreadyExists
            ? "workflowId" : fields.first { lowered.contains($0.word) }?.field ?? ""
        errors[field] = message
    }
}
