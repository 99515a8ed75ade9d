import SwiftProtobuf
import Testing
import WireAPI

@testable import APIJSON

@Suite struct PayloadShorthandTests {
    private func payload(_ encoding: String, _ data: String, _ extra: [String: String] = [:]) -> APIPayload {
        var payload = APIPayload.with { $0.data = .init(data.utf8) }
        payload.metadata["encoding"] = .init(encoding.utf8)
        for (key, value) in extra { payload.metadata[key] = .init(value.utf8) }
        return payload
    }

    private func text(_ message: some Message, shorthand: Bool = true) throws -> String {
        JSONPrinter.compact(try ProtoJSON.value(of: message, shorthand: shorthand))
    }

    @Test func plainJSONIsItsValue() throws {
        #expect(
            try text(payload("json/plain", #"{"b":1,"a":12345678901234567890}"#))
                == #"{"b":1,"a":12345678901234567890}"#)
    }

    @Test func protobufHasItsType() throws {
        let message = payload("json/protobuf", #"{"x":1}"#, ["messageType": "a.B"])
        #expect(try text(message) == #"{"_protoMessageType":"a.B","x":1}"#)
    }

    @Test func otherMetadataKeepsTheLongForm() throws {
        #expect(
            try text(payload("json/plain", "1", ["type": "Int"]))
                == #"{"metadata":{"encoding":"anNvbi9wbGFpbg==","type":"SW50"},"data":"MQ=="}"#)
    }

    @Test func otherEncodingsKeepTheLongForm() throws {
        #expect(
            try text(payload("binary/plain", "hi"))
                == #"{"metadata":{"encoding":"YmluYXJ5L3BsYWlu"},"data":"aGk="}"#)
        #expect(try text(payload("binary/null", "")) == #"{"metadata":{"encoding":"YmluYXJ5L251bGw="}}"#)
    }

    @Test func brokenJSONKeepsTheLongForm() throws {
        #expect(try text(payload("json/plain", "{")).contains("metadata"))
    }

    @Test func listsAreArraysIfAllAreShort() throws {
        var payloads = APIPayloads()
        payloads.payloads = [payload("json/plain", "1"), payload("binary/null", "")]
        #expect(try text(payloads) == #"[1,{"metadata":{"encoding":"YmluYXJ5L251bGw="}}]"#)
        payloads.payloads.append(payload("binary/plain", "x"))
        #expect(try text(payloads).hasPrefix(#"{"payloads":[1,"#))
    }

    @Test func canBeTurnedOff() throws {
        #expect(try text(payload("json/plain", "1"), shorthand: false).contains("metadata"))
    }

    @Test func userDataIsNotTakenForAPayload() throws {
        // The value looks like a payload itself; it is data and must come out as it is.
        let value = #"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#
        #expect(try text(payload("json/plain", value)) == value)
    }

    @Test func attributesOfEventsComeLast() throws {
        var started = APIHistoryEvent()
        started.eventID = 1
        started.eventTime = Google_Protobuf_Timestamp()
        started.eventType = .workflowExecutionStarted
        started.workflowExecutionStartedEventAttributes = .init()
        started.userMetadata.summary = payload("json/plain", "\"s\"")
        let json = try ProtoJSON.value(of: started, shorthand: true)
        guard case .object(let members) = json else {
            Issue.record("not an object")
            return
        }
        #expect(
            members.map(\.key)
                == ["eventId", "eventTime", "eventType", "userMetadata", "workflowExecutionStartedEventAttributes"])
    }

    @Test func wholeNumbersHaveNoFraction() throws {
        var policy = APIRetryPolicy()
        policy.backoffCoefficient = 2
        #expect(try text(policy) == #"{"backoffCoefficient":2}"#)
    }
}

@Suite struct PayloadExpansionTests {
    private func expand(_ text: String) throws -> APIPayload {
        let full = try PayloadShorthand.expand(JSONParser.parse(text))
        return try APIPayload(jsonString: JSONPrinter.compact(full))
    }

    @Test(arguments: [
        "1.50", #""a""#, "[]", "{}", #"{"data":"MQ=="}"#, #"{"metadata":{"encoding":"!"},"data":"MQ=="}"#,
    ])
    func valuesBecomeJSON(text: String) throws {
        let payload = try expand(text)
        #expect(payload.metadata == ["encoding": .init("json/plain".utf8)])
        #expect(String(decoding: payload.data, as: UTF8.self) == text)
    }

    @Test func othersKeepWhatTheyAre() throws {
        #expect(try expand("null").metadata == ["encoding": .init("binary/null".utf8)])
        let message = try expand(#"{"_protoMessageType":"a.B","x":1}"#)
        #expect(message.metadata["messageType"] == .init("a.B".utf8))
        #expect(String(decoding: message.data, as: UTF8.self) == #"{"x":1}"#)
        let payload = try expand(#"{"metadata":{"encoding":"YQ=="},"data":"MQ=="}"#)
        #expect(payload.metadata == ["encoding": .init("a".utf8)])
        #expect(Array(payload.data) == [UInt8(ascii: "1")])
        #expect(throws: JSONError.self) { try expand(#"{"_protoMessageType":5}"#) }
    }
}
