#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells one build of the program from another.
enum Fingerprint {
    /// Made of the executable's size and date; the name alone if they cannot be read.
    static let ofProgram: String = {
        guard let path = CommandLine.arguments.first else { return "unknown" }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? UInt64, let date = attributes[.modificationDate] as? Date
        else { return name }
        // FNV-1a: short and the same everywhere; nothing depends on it being hard to forge.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(size) \(date.unixParts)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(name)-\(String(hash, radix: 16))"
    }()
}
