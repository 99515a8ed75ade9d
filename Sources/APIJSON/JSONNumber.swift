/// Numbers as JSON shows them.
package enum JSONNumber {
    /// The shortest text that reads back as the same number, whole numbers without a fraction: `2`, `0.5`, `1e+21`.
    package static func shortest(_ value: Double) -> String {
        withoutEmptyFraction("\(value)")
    }

    package static func shortest(_ value: Float) -> String {
        withoutEmptyFraction("\(value)")
    }

    /// `2` for `2.0`; other numbers as they are.
    package static func withoutEmptyFraction(_ text: String) -> String {
        text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
