enum NumberFormat {
    /// The shortest text that reads back as the same number, whole numbers without a fraction: `2`, `0.5`, `1e+21`.
    static func shortest(_ value: Double) -> String {
        withoutEmptyFraction("\(value)")
    }

    static func shortest(_ value: Float) -> String {
        withoutEmptyFraction("\(value)")
    }

    /// `2` for `2.0`; other numbers as they are.
    static func withoutEmptyFraction(_ text: String) -> String {
        text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A non-negative number with leading zeros.
    static func padded(_ value: some BinaryInteger, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
