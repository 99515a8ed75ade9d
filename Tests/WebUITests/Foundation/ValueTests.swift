import APIJSON
import Foundation
import Testing
import WireAPI

@testable import WebUI

@Suite struct ValueTests {
    private func payload(_ encoding: String, _ bytes: [UInt8], _ more: [String: String] = [:]) -> APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data(encoding.utf8)
        for (key, value) in more { payload.metadata[key] = Data(value.utf8) }
        payload.data = Data(bytes)
        return payload
    }

    @Test func decodesWhatSDKsWrite() {
        #expect(
            ShownPayload(.json("{\"a\": 12345678901234567890.10}"))
                == .json(
                    .object([
                        .init("a", .number("12345678901234567890.10"))
                    ])))
        #expect(ShownPayload(payload("json/protobuf", Array("{}".utf8), ["messageType": "a.B"])) == .json(.object([])))
        #expect(ShownPayload(payload("binary/null", [])) == .nothing)
        #expect(ShownPayload(payload("binary/plain", Array("text\n".utf8))) == .text("text\n"))
        #expect(ShownPayload(payload("binary/plain", [0, 255])) == .bytes([0, 255], messageType: nil))
        #expect(
            ShownPayload(payload("binary/protobuf", [8, 1], ["messageType": "a.B"]))
                == .bytes([8, 1], messageType: "a.B"))
        #expect(ShownPayload(payload("json/plain", Array("{broken".utf8))) == .text("{broken"))
        let encrypted = payload("binary/encrypted", [1, 2, 3], ["encryption-key-id": "k1"])
        #expect(
            ShownPayload(encrypted)
                == .opaque(
                    encoding: "binary/encrypted", size: 3,
                    metadata: [("encoding", "binary/encrypted"), ("encryption-key-id", "k1")]))
        #expect(ShownPayload(APIPayload()).preview.contains("unknown encoding"))
    }

    @Test func recordsBecomeTables() throws {
        let value = try JSONParser.parse(#"[{"a": 1, "b": "x"}, {"b": null, "c": [1]}]"#)
        let table = try #require(ValueTable(value))
        #expect(table.columns == ["a", "b", "c"])
        #expect(table.rows == [[1, "x", nil], [nil, .null, .array([1])]])
        #expect(table.count == 2)
        let limited = try #require(ValueTable(value, limit: 1))
        #expect(limited.rows.count == 1 && limited.count == 2)
    }

    @Test func listsOfListsBecomeTables() throws {
        let table = try #require(ValueTable(try JSONParser.parse("[[1, 2], [3]]")))
        #expect(table.columns == ["1", "2"])
        #expect(table.rows == [[1, 2], [3, nil]])
    }

    @Test(arguments: ["[]", "[1, 2]", "{}", "[{}]", "[[]]", "[{\"a\": 1}, 2]", "\"x\"", "null", "[[1], {}]"])
    func otherValuesDoNot(_ json: String) throws {
        #expect(ValueTable(try JSONParser.parse(json)) == nil)
    }

    @Test func tablesInsideARecordAreFound() throws {
        let value = try JSONParser.parse(#"{"stories": [{"id": 1}], "skipped": [], "words": [{"w": "a"}]}"#)
        #expect(ValueTable.tables(in: value).map(\.title) == ["stories", "words"])
    }

    @Test func wideRecordsAreCut() throws {
        let members = (0..<100).map { JSONValue.Member("m\($0)", 1) }
        let table = try #require(ValueTable(.array([.object(members)])))
        #expect(table.columns.count == ValueTable.maximumColumns)
    }

    @Test func valuesAreTextAndWellFormed() {
        let hostile = "</pre><script>alert(1)</script>"
        let payloads = [
            APIPayload.json("[{\"<b>\": \"\(hostile)\", \"u\": \"https://x.example/?a=1&b=2\"}]"),
            .json("[1, \"\(hostile)\"]"),
            payload("binary/plain", Array(hostile.utf8)), payload("binary/null", []),
            payload(hostile, Array(hostile.utf8), [hostile: hostile]), payload("binary/plain", Array(0...255)),
            payload("binary/protobuf", [1], ["messageType": hostile]),
        ]
        let html = ValueView(payloads, id: "v").html.text
        #expect(MarkupCheck.problems(html) == [])
        #expect(!html.contains("<script>"))
        #expect(html.contains("href=\"https://x.example/?a=1&amp;b=2\""))
        #expect(ValueView([], id: "v", placeholder: "nothing").html.text.contains("nothing"))
    }

    @Test func linksAreOnlyMadeOfWebAddresses() {
        let html = ValueView([.json(#"[{"u": "javascript:alert(1)"}, {"u": "data:text/html,x"}]"#)], id: "v").html.text
        #expect(!html.contains("href"))
    }

    @Test func longDocumentsAreCut() {
        let value = JSONValue.array((0..<100_000).map { .integer($0) })
        let html = JSONView(value).html
        #expect(html.bytes.count < JSONView.maximumLength + 1_000)
        #expect(html.text.contains("too long"))
        #expect(MarkupCheck.problems(html.text) == [])
    }

    @Test func failuresShowTheirCauses() {
        var cause = APIFailureFailure()
        cause.message = "<b>503</b>"
        cause.stackTrace = "at <line 1>"
        cause.applicationFailureInfo.type = "Unavailable"
        cause.applicationFailureInfo.nonRetryable = true
        cause.applicationFailureInfo.details.payloads = [.json("{\"a\": \"<i>\"}")]
        var failure = APIFailureFailure()
        failure.message = "activity error"
        failure.activityFailureInfo.activityType.name = "load"
        failure.cause = cause
        let html = FailureView(failure, id: "f").html.text
        for text in ["&lt;b&gt;503&lt;/b&gt;", "Unavailable", "not retryable", "caused by", "at &lt;line 1&gt;"] {
            #expect(html.contains(text), "\(text)")
        }
        #expect(MarkupCheck.problems(html) == [])
        #expect(FailureView.summary(failure) == "<b>503</b>")
    }

    @Test func deepFailuresAreCut() {
        var failure = APIFailureFailure()
        failure.message = "deep"
        for _ in 0..<60 {
            var outer = APIFailureFailure()
            outer.message = "x"
            outer.cause = failure
            failure = outer
        }
        #expect(!FailureView(failure, id: "f").html.text.contains("deep"))
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.0004, "<1 ms"), (0.024, "24 ms"), (1.236, "1.24 s"), (42.04, "42.0 s"), (200, "3m 20s"),
        (3_600, "1h"), (7_260, "2h 1m"), (187_200, "2d 4h"), (-5, "0 ms"),
    ])
    func durationsSayWhatMatters(_ seconds: Double, _ text: String) {
        #expect(DurationText.short(seconds) == text)
    }

    @Test func sizesAndCountsSayWhatMatters() {
        #expect(SizeText.bytes(999) == "999 bytes")
        #expect(SizeText.bytes(1_500) == "1.5 kB")
        #expect(SizeText.bytes(2_000_000) == "2 MB")
        #expect(SizeText.count(1_234_567) == "1,234,567")
        #expect(SizeText.count(-1_000) == "-1,000")
        #expect(SizeText.count(999) == "999")
        #expect(HexDump.text([0x41, 0]) == "000000  41 00" + String(repeating: " ", count: 42) + "  A.")
    }
}
