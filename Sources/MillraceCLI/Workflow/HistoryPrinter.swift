import SwiftProtobuf
import WireAPI

/// Events as text: a table, or sections with all they hold.
struct HistoryPrinter: Sendable {
    let session: Session
    var isDetailed = false

    private static let idWidth = 3
    private static let timeWidth = 20
    private static let typeWidth = 26

    func begin() {
        session.heading("Progress:")
        if !isDetailed { session.table(table([])) }
    }

    func print(_ events: [APIHistoryEvent]) throws {
        guard session.format == .text else { return }
        if isDetailed {
            for event in events { try printSection(event) }
        } else if !events.isEmpty {
            session.table(table(events), showHeading: false)
        }
    }

    /// Prints a run and those that go on from it, as they happen.
    /// - Returns: how the last one ended.
    func follow(_ execution: APIWorkflowExecution, _ client: ServiceClient) async throws -> ExecutionOutcome {
        var execution = execution
        while true {
            let outcome = try await HistoryReader(client: client).follow(execution) { try print($0) }
            guard let next = outcome.nextRunID else { return outcome }
            execution.runID = next
        }
    }

    /// On a terminal there is a column more, with what matters of each event.
    private func table(_ events: [APIHistoryEvent]) -> Table {
        var columns: [Table.Column] = [
            .init("ID", .right, minimumWidth: Self.idWidth), .init("Time", minimumWidth: Self.timeWidth),
            .init("Type", minimumWidth: Self.typeWidth),
        ]
        if session.isLive { columns.append(.init("Details", isExtra: true)) }
        let rows = events.map { event in
            let type = EnumText.short(event.eventType)
            return [
                Table.Cell("\(event.eventID)"), Table.Cell(TimeText.iso(event.eventTime)),
                Table.Cell(type, Style.color(ofEvent: type)), Table.Cell(EventDetails.text(event), .dim),
            ]
        }
        return Table(columns: columns, rows: rows)
    }

    private func printSection(_ event: APIHistoryEvent) throws {
        let type = EnumText.short(event.eventType)
        let title = session.style.paint("[\(event.eventID)] \(type)", Style.color(ofEvent: type))
        session.line("--------------- \(title) ---------------")
        for (path, value) in try Self.properties(event) { session.line("\(path): \(value)") }
        session.line()
    }

    /// Every value of an event with its path, in the order of the paths; the attributes' values without the name of
    /// their message.
    static func properties(_ event: APIHistoryEvent) throws -> [(path: String, value: String)] {
        guard case .object(let members) = try ProtoJSON.value(of: event, shorthand: true) else { return [] }
        var properties: [(path: String, value: String)] = []
        for member in members where member.key != "eventId" && member.key != "eventType" {
            if member.key.hasSuffix("EventAttributes"), case .object(let attributes) = member.value {
                for attribute in attributes { flatten(attribute.value, attribute.key, &properties) }
            } else {
                flatten(member.value, member.key, &properties)
            }
        }
        return properties.sorted { $0.path < $1.path }
    }

    private static func flatten(_ value: JSONValue, _ path: String, _ properties: inout [(path: String, value: String)])
    {
        switch value {
        case .object(let members):
            for member in members { flatten(member.value, "\(path).\(member.key)", &properties) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { flatten(element, "\(path)[\(index)]", &properties) }
        case .string(let text):
            properties.append((path, text))
        case .number(let text):
            properties.append((path, text))
        case .bool(let flag):
            properties.append((path, "\(flag)"))
        case .null:
            properties.append((path, "null"))
        }
    }
}
