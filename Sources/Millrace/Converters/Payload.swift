import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One encoded value: bytes, and metadata that say how they were made.
///
/// Arguments, results, details, memo fields and search attributes travel as payloads. Only converters and codecs see
/// them; other code meets values.
public struct Payload: Sendable, Hashable {
    package var wire: APIPayload

    package init(wire: APIPayload) {
        self.wire = wire
    }

    public init(metadata: [String: Data] = [:], data: Data = Data()) {
        wire = APIPayload()
        wire.metadata = metadata
        wire.data = data
    }

    /// - Parameter encoding: the value of the `encoding` metadata, such as `json/plain`.
    public init(encoding: String, data: Data = Data()) {
        self.init(metadata: [Payload.encodingKey: Data(encoding.utf8)], data: data)
    }

    public var metadata: [String: Data] {
        get { wire.metadata }
        set { wire.metadata = newValue }
    }

    public var data: Data {
        get { wire.data }
        set { wire.data = newValue }
    }

    /// How the bytes were made, such as `json/plain`; `nil` if the metadata do not say.
    public var encoding: String? { text(Payload.encodingKey) }

    /// A metadata field as text.
    public func text(_ key: String) -> String? {
        wire.metadata[key].flatMap { String(bytes: $0, encoding: .utf8) }
    }

    static let encodingKey = "encoding"
    static let messageTypeKey = "messageType"

    /// The encodings that every SDK knows.
    package enum Encoding {
        package static let null = "binary/null"
        package static let bytes = "binary/plain"
        package static let json = "json/plain"
        package static let protobufJSON = "json/protobuf"
        package static let protobuf = "binary/protobuf"
    }
}

/// A value that is passed on without being decoded: as an argument or result it carries the payload itself.
///
/// For dynamic workflows and activities, and for programs that only move data from one place to another.
public struct RawValue: Sendable, Hashable {
    public var payload: Payload

    public init(_ payload: Payload) {
        self.payload = payload
    }
}

/// A payload and a type that do not fit together.
public struct ConversionError: Error, Sendable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
