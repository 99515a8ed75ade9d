import ArgumentParser
import Foundation

/// A length of time as people type it: `10h`, `1h30m`, `90s`, `2d`.
struct Length: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        var (total, digits) = (0, "")
        for character in argument {
            if ("0"..."9").contains(character) {
                digits.append(character)
                continue
            }
            // Nine digits of days still fit.
            guard let unit = units[character], digits.count <= 9, let number = Int(digits) else { return nil }
            total += number * unit
            digits = ""
        }
        guard digits.isEmpty, !argument.isEmpty else { return nil }
        duration = .seconds(total)
    }
}

/// A moment: `2026-08-01T00:00:00Z`, with any offset.
struct Moment: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        guard let date = try? Date(argument, strategy: .iso8601) else { return nil }
        self.date = date
    }
}
