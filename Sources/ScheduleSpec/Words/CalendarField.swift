import WireAPI

/// The values one field of a calendar allows.
struct CalendarField {
    /// In their order, each once.
    let values: [Int32]
    let isAll: Bool
    private let names: [String]
    private let first: Int32

    /// - Parameters:
    ///   - bounds: what the field can be; values beyond are left out.
    ///   - names: names of the values, between spaces; without, they are numbers.
    init(_ ranges: [APIRange], _ bounds: ClosedRange<Int32>, names: String = "") {
        var found: Set<Int32> = []
        for range in ranges {
            let start = max(range.start, bounds.lowerBound)
            let end = min(max(range.end, range.start), bounds.upperBound)
            guard start <= end else { continue }
            let step = max(range.step, 1)
            found.formUnion(stride(from: Int64(start), through: Int64(end), by: Int(step)).map { Int32($0) })
        }
        values = found.sorted()
        // Years are left out when there is no limit.
        isAll = found.isEmpty || found.count == bounds.count
        self.names = names.split(separator: " ").map(String.init)
        first = bounds.lowerBound
    }

    /// The one value there is.
    var only: Int32? { values.count == 1 ? values[0] : nil }

    /// `Mon-Fri, Sun`, `0-58/2`
    var text: String {
        if let step { return "\(name(values[0]))-\(name(values[values.count - 1]))/\(step)" }
        var runs: [ClosedRange<Int32>] = []
        for value in values {
            if let last = runs.last, last.upperBound + 1 == value {
                runs[runs.count - 1] = last.lowerBound...value
            } else {
                runs.append(value...value)
            }
        }
        return runs.map { run in
            switch run.count {
            case 1: name(run.lowerBound)
            case 2: "\(name(run.lowerBound)), \(name(run.upperBound))"
            default: "\(name(run.lowerBound))-\(name(run.upperBound))"
            }
        }.joined(separator: ", ")
    }

    /// The distance of many values that are all equally far from each other, but not next to each other.
    private var step: Int32? {
        guard values.count > 6 else { return nil }
        let step = values[1] - values[0]
        return step > 1 && zip(values, values.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }

    private func name(_ value: Int32) -> String {
        names.isEmpty ? "\(value)" : names[Int(value - first)]
    }
}
