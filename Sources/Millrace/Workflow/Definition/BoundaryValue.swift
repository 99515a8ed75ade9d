import SwiftProtobuf

/// A value on its way out of workflow or activity code: an argument of a call, or a result.
///
/// Code that the macros generate makes these. The initialisers accept exactly what the default payload converter can
/// carry, so that a type that cannot be carried is an error at compile time and not in production.
public struct BoundaryValue: Sendable {
    /// The value itself; `nil` stands for `Void`.
    public let value: (any Sendable)?

    public init<Value: Encodable & Sendable>(_ value: Value) {
        self.value = value
    }

    /// Protocol Buffers messages travel as such, not through `Codable`.
    @_disfavoredOverload
    public init<Value: SwiftProtobuf.Message & Sendable>(_ value: Value) {
        self.value = value
    }

    /// A value that is encoded already travels as it is.
    public init(_ raw: RawValue) {
        value = raw
    }

    public init(_ void: Void) {
        value = nil
    }

    /// No check at compile time: for values whose type only a custom payload converter knows.
    public init(unchecked value: (any Sendable)?) {
        self.value = value
    }
}

/// What the payload converters offer to ``Arguments``.
package protocol ArgumentSource: Sendable {
    /// How many values came.
    var count: Int { get }
    /// Decodes the value at `index`, which is less than `count`.
    /// - Throws: any error; ``Arguments`` adds which argument it was.
    func decode<Value: Sendable>(_ type: Value.Type, at index: Int) throws -> Value
}

/// The arguments of one call, still encoded.
///
/// Generated code reads them with the types of the parameters. Dynamic handlers get the value itself and choose the
/// types at run time.
public struct Arguments: Sendable {
    private let source: any ArgumentSource

    package init(_ source: any ArgumentSource) {
        self.source = source
    }

    /// How many values came.
    public var count: Int { source.count }

    /// Decodes one argument.
    /// - Throws: ``ArgumentError`` if there are fewer arguments or this one is not of that type. A missing argument
    ///   decodes as `nil` where the type is optional, so that a parameter may be added to a workflow that is running.
    public func decode<Value: Decodable & Sendable>(_ type: Value.Type = Value.self, at index: Int) throws -> Value {
        try decode(unchecked: type, at: index)
    }

    /// Decodes one argument that is a Protocol Buffers message.
    @_disfavoredOverload
    public func decode<Value: SwiftProtobuf.Message & Sendable>(
        _ type: Value.Type = Value.self, at index: Int
    ) throws -> Value {
        try decode(unchecked: type, at: index)
    }

    /// One argument as it came.
    public func decode(_ type: RawValue.Type = RawValue.self, at index: Int) throws -> RawValue {
        try decode(unchecked: type, at: index)
    }

    /// Decodes one argument of a type that only a custom payload converter knows.
    public func decode<Value: Sendable>(unchecked type: Value.Type, at index: Int) throws -> Value {
        guard index < count else {
            if let optional = type as? any ExpressibleByNilLiteral.Type,
                let none = optional.init(nilLiteral: ()) as? Value
            {
                return none
            }
            throw ArgumentError(index: index, count: count, expected: "\(type)", cause: nil)
        }
        do {
            return try source.decode(type, at: index)
        } catch {
            throw ArgumentError(index: index, count: count, expected: "\(type)", cause: error)
        }
    }
}

/// An argument was missing or of another type than the code expects.
public struct ArgumentError: Error, Sendable, CustomStringConvertible {
    /// The argument's position, from 0.
    public let index: Int
    /// How many arguments came.
    public let count: Int
    /// The type that the code expects.
    public let expected: String
    /// Why decoding failed; `nil` if the argument was not there.
    public let cause: (any Error)?

    package init(index: Int, count: Int, expected: String, cause: (any Error)?) {
        self.index = index
        self.count = count
        self.expected = expected
        self.cause = cause
    }

    public var description: String {
        guard let cause else {
            return "argument \(index + 1) of type \(expected) is missing: \(count) came"
        }
        return "argument \(index + 1) is not a \(expected): \(cause)"
    }
}
