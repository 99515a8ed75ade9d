import Foundation
import Testing
import WireAPI

@testable import Engine

/// Search attributes as clients send them.
@Suite struct StoredAttributeTests {
    private static func decode(_ json: String, type: String?) throws -> [VisibilityValue]? {
        var payload = APIPayload()
        payload.data = Data(json.utf8)
        if let type { payload.metadata["type"] = Data(type.utf8) }
        var message = APISearchAttributes()
        message.indexedFields["A"] = payload
        return StoredAttribute.decode(try message.serializedData()).first?.values
    }

    @Test func valuesOfAllTypes() throws {
        #expect(try Self.decode("\"x\"", type: "Keyword") == [.text("x")])
        #expect(try Self.decode("[\"x\"]", type: "Keyword") == [.text("x")])
        #expect(try Self.decode(" -12 ", type: "Int") == [.int(-12)])
        #expect(try Self.decode("2.5", type: "Double") == [.double(2.5)])
        #expect(try Self.decode("1e3", type: "Double") == [.double(1_000)])
        #expect(try Self.decode("true", type: "Bool") == [.int(1)])
        #expect(try Self.decode("\"1970-01-01T00:00:01Z\"", type: "Datetime") == [.int(1_000_000_000)])
        #expect(try Self.decode("[\"x\", \"y\", \"x\"]", type: "KeywordList") == [.text("x"), .text("y")])
        #expect(try Self.decode("\"One two\"", type: "Text") == [.text("one"), .text("two")])
        #expect(try Self.decode("\"\"", type: "Text") == [.text("")])
        #expect(try Self.decode("\"x\"", type: nil) == [.text("x")])
        #expect(try Self.decode("[1, 2]", type: nil) == [.int(1), .int(2)])
    }

    @Test func whatIsNoValueIsLeftOut() throws {
        for (json, type) in [
            ("null", "Keyword"), ("", "Keyword"), ("[]", "KeywordList"), ("5", "Keyword"), ("\"5\"", "Int"),
            ("\"yesterday\"", "Datetime"), ("{}", "Keyword"), ("\"x", "Keyword"), ("1 2", "Int"), ("[[1]]", "Int"),
            ("nul", "Keyword"), ("\"\\u12\"", "Keyword"), ("+1", "Int"), ("1e999", "Double"), ("[1,]", "Int"),
        ] {
            #expect(try Self.decode(json, type: type) == nil, "\(json)")
        }
        #expect(StoredAttribute.decode(Data([0xFF, 0xFF])).isEmpty)
    }

    @Test func escapesInStrings() throws {
        #expect(try Self.decode(#""a\n\"\\\/\u00e9\ud83d\ude00""#, type: "Keyword") == [.text("a\n\"\\/é😀")])
        #expect(try Self.decode(#""\ud83dx""#, type: "Keyword") == [.text("\u{FFFD}x")])
    }
}
