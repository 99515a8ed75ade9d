import Foundation

/// Times of one kind of operation.
struct Timings {
    private(set) var seconds: [Double] = []

    mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try body()
        seconds.append((ContinuousClock.now - start) / .seconds(1))
        return result
    }

    func percentile(_ fraction: Double) -> Double {
        let sorted = seconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
    }

    var summary: String {
        String(
            format: "median %7.3f ms   p99 %7.3f ms", percentile(0.5) * 1_000, percentile(0.99) * 1_000)
    }
}

/// CPU seconds the process has used.
func cpuSeconds() -> Double {
    var usage = rusage()
    // 0 is RUSAGE_SELF, whose type differs between systems.
    getrusage(0, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// What the disk takes to make a write durable, without any database.
enum FsyncFloor {
    /// - Parameters:
    ///   - bytes: Written before each sync.
    ///   - inPlace: Over bytes that are there, as in a log that has been round once; otherwise the file grows.
    static func measure(_ path: String, bytes: Int, inPlace: Bool, rounds: Int) throws -> Timings {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer {
            close(descriptor)
            unlink(path)
        }
        let block = [UInt8](repeating: 0xA5, count: bytes)
        if inPlace {
            for round in 0..<rounds { _ = pwrite(descriptor, block, bytes, off_t(round * bytes)) }
            fsync(descriptor)
        }
        var timings = Timings()
        for round in 0..<rounds {
            timings.measure {
                _ = pwrite(descriptor, block, bytes, off_t(round * bytes))
                fdatasync(descriptor)
            }
        }
        return timings
    }
}
