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

    private mutating func read(_ payloads: [APIPayload]) {
        var texts: [String] = []
        for payload in payloads {
            let encoding = payload.metadata["encoding"].map { String(decoding: $0, as: UTF8.self) }
            switch ShownPayload(payload) {
            case .json(let value) where encoding == "json/protobuf":
                self.encoding = .protobuf
                messageType = payload.metadata["messageType"].map { String(decoding: $0, as: UTF8.self) } ?? ""
                texts.append(JSONPrinter.pretty(value))
            case .json(let value):
                texts.append(payloads.count == 1 ? JSONPrinter.pretty(value) : JSONPrinter.compact(value))
            case .nothing: texts.append("null")
            case .text(let text) where payloads.count == 1:
                encoding == "binary/plain" ? (self.encoding = .text) : (self.encoding = .kept)
                texts.append(text)
            default: self.encoding = .kept
            }
        }
        let encodings = Set(payloads.map { $0.metadata["encoding"] })
        if encodings.count > 1,
            encodings.contains(where: { $0.map { String(decoding: $0, as: UTF8.self) } == "json/protobuf" })
        {
            encoding = .kept
        }
        input = encoding == .kept ? "" : texts.joined(separator: "\n")
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
