import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns values into payloads and back. Runs inside workflows too, so it must be quick and always answer the same.
public protocol PayloadConverter: Sendable {
    /// - Throws: ``ConversionError`` if the value has no encoding.
    func payload(from value: any Sendable) throws -> Payload

    /// - Throws: ``ConversionError`` if the payload does not hold a `Value`.
    func value<Value>(from payload: Payload, as type: Value.Type) throws -> Value
}

/// The converter that every program has unless it says otherwise; other SDKs write and read the same.
///
/// | Value | Encoding |
/// |---|---|
/// | `Void`, `nil` | `binary/null` |
/// | `Data`, `[UInt8]` | `binary/plain` |
/// | protobuf messages | `json/protobuf` (`binary/protobuf` is read too) |
/// | everything `Codable` | `json/plain`, dates as RFC 3339 with their fraction of a second |
public struct DefaultPayloadConverter: PayloadConverter {
    /// How protobuf messages are written; both are always read.
    public enum ProtobufEncoding: Sendable {
        case json, binary
    }

    public var protobufEncoding: ProtobufEncoding

    public init(protobufEncoding: ProtobufEncoding = .json) {
        self.protobufEncoding = protobufEncoding
    }

    public func payload(from value: any Sendable) throws -> Payload {
        try payload(fromAny: value)
    }

    private func payload(fromAny value: Any) throws -> Payload {
        switch value {
        case let raw as RawValue: return raw.payload
        case is Void: return Payload(encoding: Payload.Encoding.null)
        case let optional as any OptionalValue:
            guard let wrapped = optional.wrappedValue else { return Payload(encoding: Payload.Encoding.null) }
            return try payload(fromAny: wrapped)
        case let data as Data: return Payload(encoding: Payload.Encoding.bytes, data: data)
        // The cast alone would take an empty array of anything.
        case let bytes as [UInt8] where type(of: value) == [UInt8].self:
            return Payload(encoding: Payload.Encoding.bytes, data: Data(bytes))
        case let message as any Message: return try payload(message: message)
        case let encodable as any Encodable: return try payload(encodable: encodable)
        default:
            throw ConversionError(
                "\(type(of: value)) cannot be sent: make it Codable, or give the client and the worker a "
                    + "PayloadConverter that knows it")
        }
    }

    private func payload(message: any Message) throws -> Payload {
        var payload: Payload
        do {
            switch protobufEncoding {
            case .json:
                payload = Payload(
                    encoding: Payload.Encoding.protobufJSON, data: Data(try message.jsonString().utf8))
            case .binary:
                payload = Payload(encoding: Payload.Encoding.protobuf, data: try message.serializedData())
            }
        } catch {
            throw ConversionError("\(type(of: message)) cannot be encoded: \(error)")
        }
        payload.metadata[Payload.messageTypeKey] = Data(type(of: message).protoMessageName.utf8)
        return payload
    }

    private func payload(encodable: any Encodable) throws -> Payload {
        do {
            return Payload(encoding: Payload.Encoding.json, data: try JSON.encode(encodable))
        } catch {
            throw ConversionError("\(type(of: encodable)) cannot be encoded as JSON: \(JSON.explain(error))")
        }
    }

    public func value<Value>(from payload: Payload, as type: Value.Type) throws -> Value {
        if let raw = RawValue(payload) as? Value { return raw }
        if let void = () as? Value { return void }
        if let optional = type as? any OptionalValue.Type {
            return try cast(try decodeOptional(optional, from: payload), from: payload)
        }
        return try cast(try decode(type, from: payload), from: payload)
    }

    private func cast<Value>(_ decoded: Any, from payload: Payload) throws -> Value {
        guard let value = decoded as? Value else { throw mismatch(Value.self, payload) }
        return value
    }

    private func decodeOptional(_ type: any OptionalValue.Type, from payload: Payload) throws -> Any {
        if payload.isNull { return type.nilValue }
        return try type.decodeWrapped { wrapped in try value(from: payload, asAny: wrapped) }
    }

    /// Opens the metatype so that the generic entry point can be called with it.
    private func value(from payload: Payload, asAny type: any Any.Type) throws -> Any {
        func open<T>(_ type: T.Type) throws -> Any { try value(from: payload, as: type) }
        return try _openExistential(type, do: open)
    }

    private func decode(_ type: any Any.Type, from payload: Payload) throws -> Any {
        if type == Data.self || type == [UInt8].self {
            if payload.encoding == Payload.Encoding.bytes {
                return type == Data.self ? payload.data : [UInt8](payload.data)
            }
        } else if let message = type as? any Message.Type {
            return try decode(message: message, from: payload)
        }
        guard let decodable = type as? any Decodable.Type else {
            throw ConversionError("\(type) cannot be received: make it Codable")
        }
        guard payload.encoding == Payload.Encoding.json else { throw mismatch(type, payload) }
        do {
            return try JSON.decode(decodable, from: payload.data)
        } catch {
            throw ConversionError("expected \(type), got \(payload.summary): \(JSON.explain(error))")
        }
    }

    private func decode(message type: any Message.Type, from payload: Payload) throws -> any Message {
        do {
            switch payload.encoding {
            case Payload.Encoding.protobuf: return try type.init(serializedBytes: payload.data)
            case Payload.Encoding.protobufJSON, Payload.Encoding.json:
                var options = JSONDecodingOptions()
                options.ignoreUnknownFields = true
                return try type.init(jsonUTF8Data: payload.data, options: options)
            default: throw mismatch(type, payload)
            }
        } catch let error as ConversionError {
            throw error
        } catch {
            throw ConversionError("expected \(type.protoMessageName), got \(payload.summary): \(error)")
        }
    }

    private func mismatch(_ type: any Any.Type, _ payload: Payload) -> ConversionError {
        ConversionError("expected \(type), got \(payload.summary)")
    }
}

extension Payload {
    /// Whether the payload says "nothing": `binary/null`, or JSON's `null`.
    var isNull: Bool {
        switch encoding {
        case Encoding.null: true
        case Encoding.json: data.elementsEqual("null".utf8)
        default: false
        }
    }

    /// What a person needs to see of the payload in an error message.
    var summary: String {
        switch encoding {
        case Encoding.null: return "null"
        case Encoding.json, Encoding.protobufJSON:
            let text = String(decoding: data.prefix(120), as: UTF8.self)
            return data.count > 120 ? "\(text)… (\(data.count) bytes of JSON)" : "\(text) (JSON)"
        case let encoding?: return "\(data.count) bytes of \(encoding)"
        case nil: return "\(data.count) bytes without an encoding"
        }
    }
}

/// `Optional`, seen without knowing what it wraps.
private protocol OptionalValue {
    var wrappedValue: Any? { get }
    static var nilValue: Any { get }
    static func decodeWrapped(_ decode: (any Any.Type) throws -> Any) throws -> Any
}

extension Optional: OptionalValue {
    fileprivate var wrappedValue: Any? { self }

    fileprivate static var nilValue: Any { Self.none as Any }

    fileprivate static func decodeWrapped(_ decode: (any Any.Type) throws -> Any) throws -> Any {
        let value = try decode(Wrapped.self)
        guard let value = value as? Wrapped else {
            throw ConversionError("expected \(Wrapped.self), got a \(type(of: value))")
        }
        return Self.some(value) as Any
    }
}
