import APIJSON
import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a person has written to start a workflow, with what is wrong about it.
struct StartForm {
    enum Encoding: String, CaseIterable {
        case json = "json/plain"
        case protobuf = "json/protobuf"
        case text = "binary/plain"
        /// The bytes of the run it is made from, as they are: the only way for what cannot be read here.
        case kept

        var title: String {
            switch self {
            case .json: "JSON (json/plain)"
            case .protobuf: "Protobuf as JSON (json/protobuf)"
            case .text: "Text as it is (binary/plain)"
            case .kept: "The input of the earlier run, unchanged"
            }
        }
    }

    static let reusePolicies: [(value: APIWorkflowIdReusePolicy, title: String)] = [
        (.allowDuplicate, "Allow, whatever became of it"), (.allowDuplicateFailedOnly, "Allow if it has failed"),
        (.rejectDuplicate, "Never"),
    ]
    static let conflictPolicies: [(value: APIWorkflowIdConflictPolicy, title: String)] = [
        (.fail, "Fail"), (.useExisting, "Go to the one that runs"), (.terminateExisting, "Terminate the one that runs"),
    ]

    var workflowType = ""
    var workflowID = ""
    var taskQueue = ""
    var input = ""
    var encoding = Encoding.json
    var messageType = ""
    var executionTimeout = ""
    var runTimeout = ""
    var taskTimeout = ""
    var delay = ""
    var reuse = APIWorkflowIdReusePolicy.allowDuplicate
    var conflict = APIWorkflowIdConflictPolicy.fail
    var memo = ""
    var searchAttributes = ""
    var summary = ""
    /// The same for every time this form is sent, so that sending it twice starts one run.
    var requestID = ""
    /// The run it was made from.
    var source: BulkTarget?
    /// By the name of the field.
    var errors: [String: String] = [:]

    init() {}

    /// As it was sent.
    init(form: Fields) {
        workflowType = form.text("workflowType") ?? ""
        workflowID = form.text("workflowId") ?? ""
        taskQueue = form.text("taskQueue") ?? ""
        input = form["input"] ?? ""
        encoding = form["encoding"].flatMap(Encoding.init) ?? .json
        messageType = form.text("messageType") ?? ""
        executionTimeout = form.text("executionTimeout") ?? ""
        runTimeout = form.text("runTimeout") ?? ""
        taskTimeout = form.text("taskTimeout") ?? ""
        delay = form.text("delay") ?? ""
        reuse = form["reuse"].flatMap(Int.init).flatMap(APIWorkflowIdReusePolicy.init) ?? .allowDuplicate
        conflict = form["conflict"].flatMap(Int.init).flatMap(APIWorkflowIdConflictPolicy.init) ?? .fail
        memo = form["memo"] ?? ""
        searchAttributes = form["searchAttributes"] ?? ""
        summary = form.text("summary") ?? ""
        requestID = form.text("request") ?? RandomID.make()
        source = form["source"].flatMap(BulkTarget.init(field:))
    }

    var hasAdvanced: Bool {
        let texts = [executionTimeout, runTimeout, taskTimeout, delay, memo, searchAttributes, summary]
        let names = [
            "executionTimeout", "runTimeout", "taskTimeout", "delay", "memo", "searchAttributes", "summary", "reuse",
            "conflict",
        ]
        return texts.contains { !$0.isEmpty } || names.contains { errors[$0] != nil } || reuse != .allowDuplicate
            || conflict != .fail
    }

    // MARK: The request

    /// What the server is asked, or `nil` with ``errors``.
    /// - Parameter kept: the input of the run it was made from.
    mutating func request(
        namespace: String, identity: String, kept: APIPayloads?, types: [String: APIIndexedValueType]
    ) -> APIStartWorkflowExecutionRequest? {
        errors = [:]
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = namespace
        request.identity = identity
        request.requestID = requestID
        request.workflowID = workflowID
        request.workflowType.name = workflowType
        request.taskQueue.name = taskQueue
        request.workflowIDReusePolicy = reuse
        request.workflowIDConflictPolicy = conflict
        if workflowType.isEmpty { errors["workflowType"] = "Which workflow? Its type is the name workers register." }
        if workflowID.isEmpty { errors["workflowId"] = "A workflow needs an ID." }
        if taskQueue.isEmpty { errors["taskQueue"] = "Which workers are to run it? They listen on a task queue." }
        if let input = payloads(kept) { request.input = input }
        if let it = duration("executionTimeout", executionTimeout) { request.workflowExecutionTimeout = it }
        if let it = duration("runTimeout", runTimeout) { request.workflowRunTimeout = it }
        if let it = duration("taskTimeout", taskTimeout) { request.workflowTaskTimeout = it }
        if let it = duration("delay", delay) { request.workflowStartDelay = it }
        for (name, json) in pairs("memo", memo) { request.memo.fields[name] = .json(json) }
        for (name, json) in pairs("searchAttributes", searchAttributes) {
            request.searchAttributes.indexedFields[name] = Self.attribute(json, types[name])
        }
        if !summary.isEmpty { request.userMetadata.summary = .json(JSONPrinter.compact(.string(summary))) }
        return errors.isEmpty ? request : nil
    }

    private mutating func duration(_ name: String, _ text: String) -> Google_Protobuf_Duration? {
        guard !text.isEmpty else { return nil }
        if let duration = DurationInput.parse(text) { return duration }
        errors[name] = "Write a length of time such as 30s, 5m, 1h30m or 2d."
        return nil
    }

    private mutating func pairs(_ name: String, _ text: String) -> [(name: String, json: String)] {
        do {
            return try InputLines.pairs(text)
        } catch {
            errors[name] = error.message
            return []
        }
    }

    private mutating func payloads(_ kept: APIPayloads?) -> APIPayloads? {
        var payloads = APIPayloads()
        switch encoding {
        case .kept:
            guard let kept else {
                errors["encoding"] = "The input of the earlier run is not there any more."
                return nil
            }
            return kept
        case .text:
            guard !input.isEmpty else { return nil }
            var payload = APIPayload()
            payload.metadata["encoding"] = Data("binary/plain".utf8)
            payload.data = Data(input.utf8)
            payloads.payloads = [payload]
        case .json, .protobuf:
            do {
                payloads.payloads = try InputLines.values(input).map(payload)
            } catch {
                errors["input"] = error.message
            }
            if encoding == .protobuf, messageType.isEmpty, !payloads.payloads.isEmpty {
                errors["messageType"] = "Which message is it? Write its full name, such as acme.orders.v1.Import."
            }
        }
        return payloads.payloads.isEmpty ? nil : payloads
    }

    private func payload(_ json: String) -> APIPayload {
        var payload = APIPayload.json(json)
        if encoding == .protobuf {
            payload.metadata["encoding"] = Data("json/protobuf".utf8)
            payload.metadata["messageType"] = Data(messageType.utf8)
        }
        return payload
    }

    /// A value with its type, where the namespace says it: `42` for a keyword is the text `42`.
    private static func attribute(_ json: String, _ type: APIIndexedValueType?) -> APIPayload {
        guard let type, let name = typeNames[type] else { return .json(json) }
        var json = json
        if type == .keyword || type == .text || type == .datetime, !json.hasPrefix("\""), json != "null" {
            json = JSONPrinter.compact(.string(json))
        }
        var payload = APIPayload.json(json)
        payload.metadata["type"] = Data(name.utf8)
        return payload
    }

    private static let typeNames: [APIIndexedValueType: String] = [
        .text: "Text", .keyword: "Keyword", .int: "Int", .double: "Double", .bool: "Bool", .datetime: "Datetime",
        .keywordList: "KeywordList",
    ]
}
