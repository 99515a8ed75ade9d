import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where text goes: a file descriptor, or memory in tests.
protocol TextSink: Sendable {
    func write(_ text: String)
}

/// Writes to an open file descriptor, in full, in order.
struct DescriptorSink: TextSink {
    let descriptor: Int32

    static let standardOutput = DescriptorSink(descriptor: 1)
    static let standardError = DescriptorSink(descriptor: 2)

    /// What cannot be written (a closed pipe) is dropped: there is nobody left to tell.
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes(systemWrite)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            start += count
        }
    }

    private func systemWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}

/// Keeps what is written.
final class MemorySink: TextSink {
    private let storage = Mutex("")

    var text: String { storage.withLock { $0 } }

    func write(_ text: String) {
        storage.withLock { $0 += text }
    }
}
