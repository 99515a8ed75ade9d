#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a server gives for the next page of a list, as text for an address.
struct PageToken {
    var bytes: Data

    init(bytes: Data) { self.bytes = bytes }

    /// - Returns: nil if the text is none of ours.
    init?(text: String) {
        guard let bytes = Data(base64Encoded: text) else { return nil }
        self.bytes = bytes
    }

    var text: String { bytes.base64EncodedString() }
}
