/// Ids drawn from the engine's own randomness, so that a seeded engine draws the same ones again.
enum Identifiers {
    /// A UUID of version 7: its first 48 bits are the time in milliseconds, so ids sort by creation.
    static func timeOrdered(now: Nanoseconds, random: () -> UInt64) -> String {
        let milliseconds = UInt64(max(0, now / .millisecond)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | (random() & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (random() & 0x3FFF_FFFF_FFFF_FFFF)
        return text(high, low)
    }

    /// A UUID of version 4.
    static func random(_ random: () -> UInt64) -> String {
        let high = (random() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = 0x8000_0000_0000_0000 | (random() & 0x3FFF_FFFF_FFFF_FFFF)
        return text(high, low)
    }

    /// Whether the text has the form of a UUID.
    static func isUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        for (index, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                if byte != UInt8(ascii: "-") { return false }
            } else if !isHex(byte) {
                return false
            }
        }
        return true
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        for (word, isLow) in [(high, false), (low, true)] {
            for nibble in 0..<16 {
                let isGap = isLow ? nibble == 0 || nibble == 4 : nibble == 8 || nibble == 12
                if isGap { bytes.append(UInt8(ascii: "-")) }
                bytes.append(digits[Int(word >> UInt64(60 - 4 * nibble) & 0xF)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
