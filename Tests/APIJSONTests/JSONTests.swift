import Testing

@testable import APIJSON

@Suite struct JSONTests {
    @Test func keepsOrderAndDigits() throws {
        let text = #"{"z":12345678901234567890,"a":[1.50,-0,1e+5],"m":{"é":null,"t":true}}"#
        #expect(JSONPrinter.compact(try JSONParser.parse(text)) == text)
    }

    @Test func readsEscapes() throws {
        let value = try JSONParser.parse(#""\u00e9\n\t\"\\\/\ud83d\ude00\ud83d""#)
        #expect(value == .string("é\n\t\"\\/😀\u{FFFD}"))
    }

    @Test func writesEscapes() {
        #expect(JSONPrinter.compact(.string("\"\\\n\u{01}<é>")) == #""\"\\\n\u0001<é>""#)
    }

    @Test func indents() throws {
        let value = try JSONParser.parse(#"{"a":[1,{}],"b":[]}"#)
        #expect(JSONPrinter.pretty(value) == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
    }

    @Test(arguments: [
        "", "bad", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "01", "1.", "\"\u{01}\"", "\"\\x\"", "\"abc", "nul", "1 2",
        "{a:1}", "-", "+1", "[1 2]",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test func saysWhatIsWrong() {
        #expect(throws: JSONError(description: "invalid character 'b' looking for beginning of value")) {
            try JSONParser.parse("b")
        }
    }

    @Test func limitsDepth() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(description: "JSON is nested too deeply")) { try JSONParser.parse(deep) }
        let fine = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(throws: Never.self) { try JSONParser.parse(fine) }
    }

    @Test func sortsKeysAtEveryLevel() throws {
        let value = try JSONParser.parse(#"{"b":{"d":1,"c":2},"a":[{"f":1,"e":2}]}"#)
        #expect(JSONPrinter.compact(value.sortedByKey()) == #"{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}"#)
    }

    @Test func writesDoubles() {
        #expect(JSONValue.double(2) == .number("2"))
        #expect(JSONValue.double(0.25) == .number("0.25"))
        #expect(JSONValue.double(.infinity) == .null)
        #expect(JSONValue.float(0.1) == .number("0.1"))
    }
}
