import Testing
import WireAPI

@testable import MillraceCLI

@Suite struct PayloadInputTests {
    @Test func noInputIsNoPayload() throws {
        #expect(try PayloadInput().payloads() == nil)
    }

    @Test func valuesAreJSON() throws {
        let payloads = try #require(try PayloadInput(values: ["1", #"{"a": 2}"#]).payloads()).payloads
        #expect(payloads.map(\.encoding) == ["json/plain", "json/plain"])
        #expect(payloads.map { String(decoding: $0.data, as: UTF8.self) } == ["1", #"{"a": 2}"#])
    }

    @Test func metadataGoesToTheInputsInTurn() throws {
        let input = PayloadInput(values: ["1", "2", "3"], metadata: ["a=b", "c=d", "c=e"])
        let payloads = try #require(try input.payloads()).payloads
        let values = payloads.map { payload in
            ["a", "c"].map { String(decoding: payload.metadata[$0] ?? .init(), as: UTF8.self) }
        }
        #expect(values == [["b", "d"], ["b", "e"], ["b", "d"]])
    }

    @Test func otherEncodingsNeedNoJSON() throws {
        let input = PayloadInput(values: ["hello"], metadata: ["encoding=binary/plain"])
        #expect(try #require(try input.payloads()).payloads[0].encoding == "binary/plain")
    }

    @Test func base64IsDecoded() throws {
        let input = PayloadInput(values: ["aGVsbG8="], metadata: ["encoding=binary/plain"], isBase64: true)
        #expect(try #require(try input.payloads()).payloads[0].data == .init("hello".utf8))
    }

    @Test(
        arguments: [
            (PayloadInput(values: ["1", "bad"]), "input #2 is not valid JSON"),
            (PayloadInput(values: ["1"], files: ["x"]), "cannot provide input and input file"),
            (PayloadInput(values: ["1"], metadata: ["foo"]), "metadata foo expected to have '='"),
            (PayloadInput(values: ["!"], isBase64: true), "input #1 is not valid base64"),
        ] as [(PayloadInput, String)])
    func refuses(_ input: PayloadInput, _ message: String) {
        #expect {
            _ = try input.payloads()
        } throws: {
            ($0 as? UsageError)?.description == message
        }
    }

    @Test func aMissingFileIsAFailureOfTheOperation() {
        #expect(throws: OperationError.self) { try PayloadInput(files: ["/nonexistent/file"]).payloads() }
    }

    @Test func keyValuesAreJSON() throws {
        let payloads = try KeyValues.payloads([#"a="b=c""#, "n=1"])
        #expect(payloads["a"] == .json(#""b=c""#))
        #expect(payloads["n"] == .json("1"))
        #expect(throws: UsageError.self) { try KeyValues.payloads(["a"]) }
        #expect(throws: UsageError.self) { try KeyValues.payloads(["a=b"]) }
    }
}
