import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Millrace

@Suite struct PayloadConverterTests {
    let converter = DefaultPayloadConverter()

    struct Story: Codable, Sendable, Equatable {
        var title: String
        var url: URL?
        var posted: Date
    }

    private func text(_ payload: Payload) -> String { String(decoding: payload.data, as: UTF8.self) }

    @Test func nothingIsBinaryNull() throws {
        for value: any Sendable in [(), Int?.none as Int?, [Int]??.none as [Int]??] {
            let payload = try converter.payload(from: value)
            #expect(payload.encoding == "binary/null")
            #expect(payload.data.isEmpty)
            #expect(payload.metadata.count == 1)
        }
    }

    @Test func bytesAreBinaryPlain() throws {
        for value: any Sendable in [
            Data([1, 2, 255]), [1, 2, 255] as [UInt8], Data?.some(Data([1, 2, 255])) as Data?,
        ] {
            let payload = try converter.payload(from: value)
            #expect(payload.encoding == "binary/plain")
            #expect(payload.data == Data([1, 2, 255]))
        }
        let payload = Payload(encoding: "binary/plain", data: Data([7]))
        #expect(try converter.value(from: payload, as: Data.self) == Data([7]))
        #expect(try converter.value(from: payload, as: [UInt8].self) == [7])
        #expect(try converter.value(from: payload, as: Data?.self) == Data([7]))
    }

    @Test func protobufMessagesAreProtobufJSONAndReadInBothForms() throws {
        let message = APIWorkflowExecution.with { $0.workflowID = "w" }
        let payload = try converter.payload(from: message)
        #expect(payload.encoding == "json/protobuf")
        #expect(payload.text("messageType") == "temporal.api.common.v1.WorkflowExecution")
        #expect(text(payload) == #"{"workflowId":"w"}"#)
        #expect(try converter.value(from: payload, as: APIWorkflowExecution.self) == message)

        let binary = try DefaultPayloadConverter(protobufEncoding: .binary).payload(from: message)
        #expect(binary.encoding == "binary/protobuf")
        #expect(try converter.value(from: binary, as: APIWorkflowExecution.self) == message)
        #expect(try converter.value(from: binary, as: APIWorkflowExecution?.self) == message)
    }

    @Test func everythingElseIsJSON() throws {
        #expect(text(try converter.payload(from: "a/b \"c\"")) == #""a/b \"c\"""#)
        #expect(text(try converter.payload(from: 42)) == "42")
        #expect(text(try converter.payload(from: Int?.some(42) as Int?)) == "42")
        #expect(text(try converter.payload(from: ["b": 1, "a": 2])) == #"{"a":2,"b":1}"#)
        #expect(text(try converter.payload(from: [Int]())) == "[]")
        let story = Story(
            title: "T", url: URL(string: "https://a.example/x"), posted: Date(timeIntervalSince1970: 1.5))
        let payload = try converter.payload(from: story)
        #expect(payload.encoding == "json/plain")
        #expect(payload.metadata.count == 1)
        #expect(
            text(payload) == #"{"posted":"1970-01-01T00:00:01.500Z","title":"T","url":"https://a.example/x"}"#)
        #expect(try converter.value(from: payload, as: Story.self) == story)
    }

    @Test func nullReadsAsNilAndAsVoid() throws {
        for payload in [Payload(encoding: "binary/null"), Payload(encoding: "json/plain", data: Data("null".utf8))] {
            #expect(try converter.value(from: payload, as: Int?.self) == nil)
            #expect(try converter.value(from: payload, as: Data?.self) == nil)
            #expect(try converter.value(from: payload, as: APIWorkflowExecution?.self) == nil)
            try converter.value(from: payload, as: Void.self)
        }
        let answer = Payload(encoding: "json/plain", data: Data("5".utf8))
        try converter.value(from: answer, as: Void.self)
        #expect(try converter.value(from: answer, as: Int??.self) == 5)
    }

    @Test func aWrongTypeSaysWhatCameAndWhatWasExpected() throws {
        let text = Payload(encoding: "json/plain", data: Data(#""ten""#.utf8))
        #expect(throws: ConversionError.self) { try converter.value(from: text, as: Int.self) }
        let message = try #require(throws: ConversionError.self) { try converter.value(from: text, as: Int.self) }
            .message
        #expect(message.contains("expected Int"))
        #expect(message.contains(#""ten""#))

        let null = Payload(encoding: "binary/null")
        let nullMessage = try #require(throws: ConversionError.self) {
            try converter.value(from: null, as: Int.self)
        }.message
        #expect(nullMessage == "expected Int, got null")

        let nested = Payload(encoding: "json/plain", data: Data(#"[{"title":"a","posted":"soon"}]"#.utf8))
        let nestedMessage = try #require(throws: ConversionError.self) {
            try converter.value(from: nested, as: [Story].self)
        }.message
        #expect(nestedMessage.contains("[0].posted"))
        #expect(nestedMessage.contains("'soon' is not an RFC 3339 date"))

        let bytes = Payload(encoding: "binary/plain", data: Data([1, 2]))
        let bytesMessage = try #require(throws: ConversionError.self) {
            try converter.value(from: bytes, as: String.self)
        }.message
        #expect(bytesMessage == "expected String, got 2 bytes of binary/plain")
    }

    @Test func aNumberThatJSONLacksIsAnError() {
        #expect(throws: ConversionError.self) { try converter.payload(from: Double.nan) }
    }

    @Test func rawValuesPassThrough() throws {
        let payload = Payload(encoding: "application/x-own", data: Data([9]))
        #expect(try converter.payload(from: RawValue(payload)) == payload)
        #expect(try converter.value(from: payload, as: RawValue.self).payload == payload)
    }

    @Test func argumentsSayWhichOneIsWrong() throws {
        let payloads = try converter.payloads(from: [BoundaryValue("a"), BoundaryValue(2)])
        let arguments = Arguments(payloads, converter: converter)
        #expect(arguments.count == 2)
        #expect(try arguments.decode(String.self, at: 0) == "a")
        #expect(try arguments.decode(Int.self, at: 1) == 2)
        #expect(try arguments.decode(Int?.self, at: 2) == nil)
        let missing = try #require(throws: ArgumentError.self) { try arguments.decode(Int.self, at: 2) }
        #expect(missing.index == 2)
        let wrong = try #require(throws: ArgumentError.self) { try arguments.decode(Int.self, at: 0) }
        #expect("\(wrong)".contains("argument 1"))
    }
}

@Suite struct CodecTests {
    /// Reverses the bytes and says so.
    struct Reversing: PayloadCodec {
        func encode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { Payload(metadata: ["encoding": Data("test/reversed".utf8)], data: Data($0.data.reversed())) }
        }

        func decode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { Payload(encoding: "json/plain", data: Data($0.data.reversed())) }
        }
    }

    @Test func payloadsGoThroughTheCodecBothWays() async throws {
        let converter = DataConverter(codec: Reversing())
        let encoded = try await converter.encode([BoundaryValue(12)])
        #expect(encoded.payloads[0].data == Data("21".utf8))
        let decoded = try await converter.decoded(encoded)
        #expect(try converter.payloadConverter.result(from: decoded, as: Int.self) == 12)
    }

    @Test func failuresGoThroughTheCodecWithTheirCauses() async throws {
        let converter = DataConverter(
            failureConverter: DefaultFailureConverter(encodesCommonAttributes: true), codec: Reversing())
        let cause = ApplicationFailure("inner secret", details: FailureDetails(.init("x")))
        let wire = try await converter.failure(from: ApplicationFailure("secret", cause: cause))
        #expect(wire.message == "Encoded failure")
        #expect(wire.cause.message == "Encoded failure")
        #expect(wire.encodedAttributes.data.last == UInt8(ascii: "{"))
        let back = try #require(try await converter.error(from: wire) as? ApplicationFailure)
        #expect(back.message == "secret")
        let backCause = try #require(back.cause as? ApplicationFailure)
        #expect(backCause.message == "inner secret")
        #expect(try backCause.details.value(String.self) == "x")
    }
}
