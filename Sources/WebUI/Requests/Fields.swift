/// Named values of a query or a form, in the order they came.
struct Fields: Sendable, Equatable {
    private(set) var all: [(name: String, value: String)] = []

    init() {}

    init(_ all: [(name: String, value: String)]) {
        self.all = all
    }

    /// Reads `a=1&b=2`; parts that cannot be decoded are left out.
    init(encoded text: some StringProtocol) {
        for part in text.split(separator: "&").prefix(1000) {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(pieces[0], plusIsSpace: true),
                let value = PercentCoding.decode(pieces.count > 1 ? pieces[1] : "", plusIsSpace: true)
            else { continue }
            all.append((name, value))
        }
    }

    /// The first value of that name.
    subscript(_ name: String) -> String? { all.first { $0.name == name }?.value }

    /// The first value of that name without space around it; `nil` if nothing is left.
    func text(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        let trimmed = value.trimmingSpace()
        return trimmed.isEmpty ? nil : trimmed
    }

    func values(_ name: String) -> [String] { all.filter { $0.name == name }.map(\.value) }

    /// The same with one value replaced, or left out if `nil`.
    func setting(_ name: String, _ value: String?) -> Fields {
        var result = all.filter { $0.name != name }
        if let value { result.append((name, value)) }
        return Fields(result)
    }

    var encoded: String {
        all.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }

    static func == (left: Fields, right: Fields) -> Bool {
        left.all.elementsEqual(right.all) { $0 == $1 }
    }
}

extension StringProtocol {
    func trimmingSpace() -> String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
