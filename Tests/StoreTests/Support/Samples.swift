import Engine
import Foundation
import WireAPI

/// Made-up things to store.
enum Samples {
    static func run(_ key: RunKey, namespace: NamespaceKey = 1, workflow: String? = nil) -> RunRow {
        RunRow(
            key: key, namespace: namespace, workflowID: workflow ?? "workflow-\(key)", runID: "run-\(key)",
            fixed: Data("fixed \(key)".utf8), header: Data("header \(key)".utf8))
    }

    static func task(_ id: Int64, run: RunKey, kind: TaskRow.Kind = .activity) -> TaskRow {
        TaskRow(
            id: id, kind: kind, namespace: 1, queue: "queue", run: run, eventID: id + 4, scheduledAt: id * 1_000)
    }

    static func visibility(
        _ run: RunKey, namespace: NamespaceKey = 1, status: Int = 1, start: Nanoseconds? = nil,
        close: Nanoseconds? = nil, type: String = "Type", attributes: [String: Attribute] = [:]
    ) -> VisibilityRow {
        VisibilityRow(
            run: run, namespace: namespace, workflowID: "workflow-\(run)", runID: "run-\(run)", workflowType: type,
            taskQueue: "queue", status: status, startTime: start ?? run * 1_000,
            executionTime: start ?? run * 1_000, closeTime: close, historyLength: close == nil ? nil : 10,
            historySizeBytes: close == nil ? nil : 1_000, stateTransitionCount: close == nil ? nil : 5,
            rootWorkflowID: "workflow-\(run)", rootRunID: "run-\(run)",
            searchAttributes: encoded(attributes))
    }

    /// A search attribute as a client sends it.
    struct Attribute {
        var type: String
        var json: String

        static func keyword(_ value: String) -> Self { Self(type: "Keyword", json: "\"\(value)\"") }
        static func text(_ value: String) -> Self { Self(type: "Text", json: "\"\(value)\"") }
        static func int(_ value: Int64) -> Self { Self(type: "Int", json: "\(value)") }
        static func double(_ value: Double) -> Self { Self(type: "Double", json: "\(value)") }
        static func bool(_ value: Bool) -> Self { Self(type: "Bool", json: "\(value)") }
        static func datetime(_ value: String) -> Self { Self(type: "Datetime", json: "\"\(value)\"") }
        static func list(_ values: [String]) -> Self {
            Self(type: "KeywordList", json: "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]")
        }
    }

    static func encoded(_ attributes: [String: Attribute]) -> Data? {
        if attributes.isEmpty { return nil }
        var message = APISearchAttributes()
        for (name, attribute) in attributes {
            var payload = APIPayload()
            payload.metadata = ["encoding": Data("json/plain".utf8), "type": Data(attribute.type.utf8)]
            payload.data = Data(attribute.json.utf8)
            message.indexedFields[name] = payload
        }
        return try? message.serializedData()
    }
}

/// Random numbers that are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
