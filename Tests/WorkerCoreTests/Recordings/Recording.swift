import Foundation
import SwiftProtobuf
import WireAPI

/// What `Tests/Peers/recordings` recorded between the Python SDK and a real server for one run.
struct Recording {
    struct Task {
        var poll: APIPollWorkflowTaskQueueResponse
        /// "completed", "failed", "query"; empty if the worker never answered.
        var kind: String
        var commands: [APICommand]
        var messages: [APIMessage]
        var failedCause: APIWorkflowTaskFailedCause
        var resetTo: Int64
    }

    var name: String
    var history: APIHistory
    var tasks: [Task]

    static let names = [
        "one-activity", "activity-fails", "timers-and-signals", "cancel-activities", "cancelled", "failing",
        "counting", "patched", "attributes", "children", "externals", "updated", "fails-its-task",
    ].flatMap { [$0, "\($0)-uncached"] }

    struct Malformed: Error {
        var reason: String
    }

    init(_ name: String) throws {
        Self.registerMessages
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/\(name).json").standardizedFileURL
        guard let content = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any],
            let tasks = content["tasks"] as? [[String: Any]]
        else { throw Malformed(reason: "\(name) is not a recording") }
        self.name = name
        let history: APIHistory = try Self.decode(content["history"])
        self.history = history
        self.tasks = try tasks.map { try Self.task($0, history) }
    }

    private static let registerMessages: Void = {
        for type in [APIUpdateRequest.self, APIAcceptance.self, APIRejection.self, APIUpdateResponse.self]
            as [any Message.Type]
        {
            _ = Google_Protobuf_Any.register(messageType: type)
        }
    }()

    private static func task(_ json: [String: Any], _ history: APIHistory) throws -> Task {
        guard var poll = json["poll"] as? [String: Any] else { throw Malformed(reason: "a task without its poll") }
        let range = poll.removeValue(forKey: "events") as? [Int]
        var answer: APIPollWorkflowTaskQueueResponse = try decode(poll)
        if let range {
            answer.history.events = history.events.filter { range[0] <= $0.eventID && $0.eventID <= range[1] }
        }
        var task = Task(
            poll: answer, kind: json["kind"] as? String ?? "", commands: [], messages: [], failedCause: .unspecified,
            resetTo: Int64(json["resetHistoryEventId"] as? String ?? "") ?? 0)
        if task.kind == "completed" {
            let request: APIRespondWorkflowTaskCompletedRequest = try decode(json["request"])
            task.commands = request.commands
            task.messages = request.messages
        } else if task.kind == "failed" {
            let request: APIRespondWorkflowTaskFailedRequest = try decode(json["request"])
            task.failedCause = request.cause
        }
        return task
    }

    private static func decode<Wire: Message>(_ json: Any?) throws -> Wire {
        guard let json else { throw Malformed(reason: "a \(Wire.protoMessageName) is missing") }
        return try Wire(jsonUTF8Data: JSONSerialization.data(withJSONObject: json))
    }
}
