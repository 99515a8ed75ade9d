import SwiftProtobuf
import WireAPI

/// The JSON of API messages as the `temporal` CLI prints it: the protobuf JSON mapping, with payloads either as they
/// are or in shorthand (a `json/plain` payload shows as its value).
package enum ProtoJSON {
    /// - Parameter shorthand: whether payloads are shown as values where that loses nothing.
    package static func value(of message: some Message, shorthand: Bool) throws -> JSONValue {
        var options = JSONEncodingOptions()
        options.useDeterministicOrdering = true
        let bytes: [UInt8] = try message.jsonUTF8Bytes(options: options)
        let plain = try JSONParser.parse(bytes)
        return arrange(plain, shorthand: shorthand)
    }

    private static func arrange(_ value: JSONValue, shorthand: Bool) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map { arrange($0, shorthand: shorthand) })
        case .object(let members):
            if shorthand, let short = PayloadShorthand.shorten(value) { return short }
            let arranged = members.map { JSONValue.Member($0.key, arrange($0.value, shorthand: shorthand)) }
            return .object(FieldOrder.declared(arranged))
        case .number(let text):
            return .number(JSONNumber.withoutEmptyFraction(text))
        case .null, .bool, .string:
            return value
        }
    }
}

/// The order of fields in the API's definition, which the reference prints, where it is not that of their numbers.
enum FieldOrder {
    static func declared(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        let keys = Set(members.map(\.key))
        if keys.contains("eventId"), keys.contains("eventType") {
            return members.filter { !$0.key.hasSuffix("EventAttributes") }
                + members.filter { $0.key.hasSuffix("EventAttributes") }
        }
        if keys.contains("firstWorkflowTaskCompletedId") { return moving("buildId", before: nil, members) }
        if let schedule = ofSchedule(keys, members) { return schedule }
        if keys.contains("clusterName") { return moving("httpAddress", before: "initialFailoverVersion", members) }
        return members
    }

    private static let scheduleSpec = [
        "structuredCalendar", "cronString", "calendar", "interval", "excludeCalendar", "excludeStructuredCalendar",
        "startTime", "endTime", "jitter", "timezoneName", "timezoneData",
    ]
    private static let scheduleInfo = [
        "actionCount", "missedCatchupWindow", "overlapSkipped", "bufferDropped", "bufferSize", "runningWorkflows",
        "recentActions", "futureActionTimes", "createTime", "updateTime", "invalidScheduleError", "stateSizeBytes",
    ]

    /// The members of a schedule's spec or of what is known of a schedule; `nil` for any other message.
    private static func ofSchedule(_ keys: Set<String>, _ members: [JSONValue.Member]) -> [JSONValue.Member]? {
        let order: [String]
        if keys.contains("structuredCalendar") || keys.contains("cronString")
            || keys.contains("excludeStructuredCalendar")
        {
            order = scheduleSpec
        } else if keys.contains("runningWorkflows") || keys.contains("bufferSize") || keys.contains("bufferDropped") {
            order = scheduleInfo
        } else {
            return nil
        }
        guard keys.isSubset(of: order) else { return nil }
        return order.compactMap { key in members.first { $0.key == key } }
    }

    /// Moves a member to another's place, or to the front.
    private static func moving(
        _ key: String, before other: String?, _ members: [JSONValue.Member]
    ) -> [JSONValue.Member] {
        guard let from = members.firstIndex(where: { $0.key == key }) else { return members }
        var result = members
        let member = result.remove(at: from)
        let to = result.firstIndex { $0.key == other } ?? 0
        result.insert(member, at: to)
        return result
    }
}
