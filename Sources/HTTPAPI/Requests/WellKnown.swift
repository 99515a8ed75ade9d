import SwiftProtobuf

/// Messages that have a JSON form of their own: a text.
enum WellKnown: String {
    case duration = "google.protobuf.Duration"
    case timestamp = "google.protobuf.Timestamp"
    case fieldMask = "google.protobuf.FieldMask"

    func accepts(_ text: String) -> Bool {
        // Quotes or escapes could make a document of it.
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
            return false
        }
        let json = "\"\(text)\""
        switch self {
        case .duration: return (try? Google_Protobuf_Duration(jsonString: json)) != nil
        case .timestamp: return (try? Google_Protobuf_Timestamp(jsonString: json)) != nil
        case .fieldMask: return (try? Google_Protobuf_FieldMask(jsonString: json)) != nil
        }
    }
}
