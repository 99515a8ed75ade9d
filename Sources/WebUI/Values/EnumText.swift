import SwiftProtobuf

/// Enumerations of the API in words.
enum EnumText {
    /// `START_TO_CLOSE` and `startToClose` alike become `start to close`.
    static func words(_ value: some Enum) -> String {
        words(of: "\(value)")
    }

    /// Camel case as words in lower case.
    static func words(of name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty { result += " " }
            result += character.lowercased()
        }
        return result
    }
}
