import APIJSON
import WireAPI

/// How far something is, where what it says of itself can be read like that: `[done, of]`, `0.4`, or a record with
/// members such as `done` and `total`.
struct ProgressBar: Component {
    /// Between 0 and 1; `nil` if it does not say.
    let fraction: Double?

    init(_ payloads: [APIPayload]) {
        let values = payloads.compactMap { payload -> JSONValue? in
            if case .json(let value) = ShownPayload(payload) { value } else { nil }
        }
        fraction = Self.fraction(values.count == 1 ? values[0] : .array(values))
    }

    private static let done = ["done", "completed", "processed", "current"]
    private static let all = ["total", "count", "of"]

    static func fraction(_ value: JSONValue) -> Double? {
        switch value {
        case .number:
            guard let number = number(value), number > 0, number < 1 else { return nil }
            return number
        case .array(let elements) where elements.count == 2: return ratio(number(elements[0]), number(elements[1]))
        case .object:
            return ratio(
                done.lazy.compactMap { number(value[$0]) }.first, all.lazy.compactMap { number(value[$0]) }.first)
        default: return nil
        }
    }

    private static func number(_ value: JSONValue?) -> Double? {
        guard case .number(let text)? = value else { return nil }
        return Double(text)
    }

    private static func ratio(_ done: Double?, _ all: Double?) -> Double? {
        guard let done, let all, all > 0, done >= 0, done <= all else { return nil }
        return done / all
    }

    var html: HTML {
        guard let fraction else { return .empty }
        let percent = Int((fraction * 100).rounded())
        return """
            <div class="progress"><progress max="100" value="\(percent)">\(percent)%</progress><span>\(percent)%</span></div>
            """
    }
}
