/// Cuts texts into the words they are found by.
public enum TextWords {
    /// Words longer than this, in bytes, are cut off, in texts and queries alike.
    static let maximumLength = 255

    /// The different words of a text: runs of letters and digits, in lower case and without accents, in the order of
    /// their first appearance.
    public static func of(_ text: String) -> [String] {
        var words: [String] = []
        var seen: Set<String> = []
        var current = String.UnicodeScalarView()
        func finish() {
            guard !current.isEmpty else { return }
            let word = shortened(String(current))
            if seen.insert(word).inserted { words.append(word) }
            current.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                // The common case, without a look at the Unicode tables.
                switch scalar.value {
                case 0x30...0x39, 0x61...0x7A: current.append(scalar)
                case 0x41...0x5A: current.append(Unicode.Scalar(UInt8(scalar.value + 0x20)))
                default: finish()
                }
                continue
            }
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark: continue
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber:
                current.append(contentsOf: folded(properties.lowercaseMapping))
            default: finish()
            }
        }
        finish()
        return words
    }

    /// Letters without the marks on them, as far as they are written with separate ones or are Latin with one mark.
    private static func folded(_ letters: String) -> [Unicode.Scalar] {
        letters.unicodeScalars.compactMap { scalar in
            if let base = latinBases[scalar] { return base }
            return scalar.properties.generalCategory == .nonspacingMark ? nil : scalar
        }
    }

    private static let latinBases: [Unicode.Scalar: Unicode.Scalar] = {
        let groups: [(Unicode.Scalar, String)] = [
            ("a", "àáâãäåāăą"), ("c", "çćĉċč"), ("d", "ď"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥ"),
            ("i", "ìíîïĩīĭį"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľ"), ("n", "ñńņň"), ("o", "òóôõöōŏő"), ("r", "ŕŗř"),
            ("s", "śŝşš"), ("t", "ţť"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
        ]
        var bases: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (base, accented) in groups {
            for scalar in accented.unicodeScalars { bases[scalar] = base }
        }
        return bases
    }()

    private static func shortened(_ word: String) -> String {
        guard word.utf8.count > maximumLength else { return word }
        var kept = String.UnicodeScalarView()
        var length = 0
        for scalar in word.unicodeScalars {
            length += UTF8.width(scalar)
            if length > maximumLength { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
