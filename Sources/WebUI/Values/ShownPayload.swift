import APIJSON
import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A payload as a person can read it.
enum ShownPayload: Sendable, Equatable {
    case json(JSONValue)
    /// There is no value: `binary/null`.
    case nothing
    case text(String)
    case bytes([UInt8], messageType: String?)
    /// Encrypted, or of an encoding that only its codec knows.
    case opaque(encoding: String, size: Int, metadata: [(String, String)])

    init(_ payload: APIPayload) {
        let encoding = payload.metadata["encoding"].map { String(decoding: $0, as: UTF8.self) } ?? ""
        let type = payload.metadata["messageType"].map { String(decoding: $0, as: UTF8.self) }
        switch encoding {
        case "json/plain", "json/protobuf":
            if let value = try? JSONParser.parse([UInt8](payload.data)) {
                self = .json(value)
            } else {
                self = .text(String(decoding: payload.data, as: UTF8.self))
            }
        case "binary/null": self = .nothing
        case "binary/plain":
            let bytes = [UInt8](payload.data)
            self = Self.readable(bytes).map { .text($0) } ?? .bytes(bytes, messageType: nil)
        case "binary/protobuf": self = .bytes([UInt8](payload.data), messageType: type)
        default:
            let metadata = payload.metadata.sorted { $0.key < $1.key }.map { key, value in
                (key, Self.readable([UInt8](value)) ?? "\(value.count) bytes")
            }
            self = .opaque(encoding: encoding, size: payload.data.count, metadata: metadata)
        }
    }

    /// The text of bytes that are UTF-8 without control characters.
    private static func readable(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let isReadable = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 32 && scalar.value != 127 || scalar == "\n" || scalar == "\t" || scalar == "\r"
        }
        return isReadable ? text : nil
    }

    /// One line that says what it is.
    var preview: String {
        switch self {
        case .json(let value): String(JSONPrinter.compact(value).prefix(300))
        case .nothing: "null"
        case .text(let text): String(text.prefix(300))
        case .bytes(let bytes, let type): type ?? "\(bytes.count) bytes"
        case .opaque(let encoding, let size, _): "\(encoding.isEmpty ? "unknown encoding" : encoding), \(size) bytes"
        }
    }

    static func == (left: ShownPayload, right: ShownPayload) -> Bool {
        switch (left, right) {
        case (.json(let left), .json(let right)): left == right
        case (.nothing, .nothing): true
        case (.text(let left), .text(let right)): left == right
        case (.bytes(let left, let leftType), .bytes(let right, let rightType)):
            left == right && leftType == rightType
        case (.opaque(let left, let leftSize, let leftData), .opaque(let right, let rightSize, let rightData)):
            left == right && leftSize == rightSize && leftData.elementsEqual(rightData) { $0 == $1 }
        default: false
        }
    }
}

extension [APIPayload] {
    /// One line that says what the values are.
    var preview: String {
        map { ShownPayload($0).preview }.joined(separator: ", ")
    }
}

extension APIPayload {
    /// JSON text as a payload.
    static func json(_ text: String) -> APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data("json/plain".utf8)
        payload.data = Data(text.utf8)
        return payload
    }

    /// The string in a payload, such as a summary; `nil` if it is anything else.
    var string: String? {
        switch ShownPayload(self) {
        case .json(.string(let text)), .text(let text): text
        default: nil
        }
    }
}
