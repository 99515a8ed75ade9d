/// Values and names as they stand in a query.
enum QueryText {
    static func string(_ value: String) -> String {
        var text = "'"
        for scalar in value.unicodeScalars {
            switch scalar {
            case "'", "\\": text += "\\\(scalar)"
            case "\0": text += "\\0"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }

    static func name(_ name: String) -> String {
        let isPlain =
            name.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isLetter && byte < 128 || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            } && name.first?.isNumber == false
        return isPlain
            ? name : "`\(name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``"))`"
    }
}
