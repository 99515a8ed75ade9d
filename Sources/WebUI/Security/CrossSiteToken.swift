/// The proof that a form comes from one of our own pages: the same random value in a cookie that is not sent across
/// sites, and in a hidden field that other sites cannot read.
enum CrossSiteToken {
    static let cookieName = "millrace_token"
    static let fieldName = "token"

    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether a value could be one of ours.
    static func isValid(_ token: String) -> Bool {
        token.utf8.count == 32 && token.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    /// Compares without telling by its time where the two differ.
    static func matches(_ cookie: String?, _ field: String?) -> Bool {
        guard let cookie, let field, isValid(cookie), cookie.utf8.count == field.utf8.count else { return false }
        return zip(cookie.utf8, field.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
