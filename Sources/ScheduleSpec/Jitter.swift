/// The jitter of a nominal time, the same each time it is asked for.
enum Jitter {
    /// - Parameters:
    ///   - nominal: Seconds since 1970.
    ///   - longest: Milliseconds; what 32 bits do not hold is cut off.
    /// - Returns: From 0 to under `longest`.
    static func milliseconds(nominal: Int64, seed: String, longest: Int64) -> Int64 {
        let share = UInt64(FarmHash.fingerprint32(hashed(nominal, seed)))
        let range = UInt64(min(max(longest, 0), Int64(UInt32.max)))
        return Int64((share * range) >> 32)
    }

    private static func hashed(_ nominal: Int64, _ seed: String) -> [UInt8] {
        let sinceYear1 = UInt64(bitPattern: nominal &+ 62_135_596_800)
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(15 + seed.utf8.count)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: sinceYear1 >> shift))
        }
        bytes += [0, 0, 0, 0, 0xFF, 0xFF]
        bytes += seed.utf8
        return bytes
    }
}

/// The 32-bit fingerprint of Google's FarmHash, for the lengths that occur here: 13 bytes and more.
enum FarmHash {
    private static let c1: UInt32 = 0xCC9E_2D51
    private static let c2: UInt32 = 0x1B87_3593

    static func fingerprint32(_ bytes: [UInt8]) -> UInt32 {
        bytes.count <= 24 ? short(bytes) : long(bytes)
    }

    private static func short(_ bytes: [UInt8]) -> UInt32 {
        let count = bytes.count
        let first = word(bytes, 0)
        let last = word(bytes, count - 4)
        let nextToLast = word(bytes, count - 8)
        let middle = word(bytes, count / 2)
        var a = rotate(word(bytes, count / 2 - 4), 12) &+ last
        var hash = middle &* c1 &+ UInt32(count)
        hash = mix(nextToLast, into: hash) &+ a
        a = rotate(a, 3) &+ nextToLast
        hash = mix(first, into: hash) &+ a
        a = rotate(a &+ last, 12) &+ middle
        hash = mix(word(bytes, 4), into: hash) &+ a
        return finish(hash)
    }

    private static func long(_ bytes: [UInt8]) -> UInt32 {
        let count = bytes.count
        func tail(_ distance: Int) -> UInt32 { scramble(word(bytes, count - distance)) }
        var h = step(step(UInt32(count) ^ tail(4)) ^ tail(16))
        var g = step(step(c1 &* UInt32(count) ^ tail(8)) ^ tail(12))
        var f = rotate(c1 &* UInt32(count) &+ tail(20), 19) &+ 113
        for block in 0..<(count - 1) / 20 {
            let at = block * 20
            let (a, b, c) = (word(bytes, at), word(bytes, at + 4), word(bytes, at + 8))
            let (d, e) = (word(bytes, at + 12), word(bytes, at + 16))
            h = mix(d, into: h &+ a) &+ e
            g = mix(c, into: g &+ b) &+ a
            f = mix(b &+ e &* c1, into: f &+ c) &+ d
            f = f &+ g
            g = g &+ f
        }
        g = rotate(rotate(g, 11) &* c1, 17) &* c1
        f = rotate(rotate(f, 11) &* c1, 17) &* c1
        h = rotate(step(h &+ g), 17) &* c1
        return rotate(step(h &+ f), 17) &* c1
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    /// To the right.
    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        value >> bits | value << (32 - bits)
    }

    private static func scramble(_ value: UInt32) -> UInt32 { rotate(value &* c1, 17) &* c2 }

    private static func step(_ value: UInt32) -> UInt32 { rotate(value, 19) &* 5 &+ 0xE654_6B64 }

    private static func mix(_ value: UInt32, into hash: UInt32) -> UInt32 { step(hash ^ scramble(value)) }

    private static func finish(_ value: UInt32) -> UInt32 {
        var hash = (value ^ value >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }
}
