import WireAPI

/// An error that travels between workflows, activities and clients with all it says.
///
/// ``ApplicationFailure`` is the one that programs throw. The others come from the server: ``CanceledFailure``,
/// ``TimeoutFailure``, ``TerminatedFailure``, ``ServerFailure``, and the wrappers ``ActivityFailure`` and
/// ``ChildWorkflowFailure`` whose ``cause`` says what happened inside.
public protocol DurableFailure: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for people.
    var message: String { get }
    /// What led to it.
    var cause: (any Error)? { get }
    /// Where it was thrown, as the SDK that threw it writes it; empty for Swift, which has no stack traces of errors.
    var stackTrace: String { get }
}

extension DurableFailure {
    /// This failure, its cause, the cause of that, and so on.
    public var chain: [any Error] {
        var chain: [any Error] = [self]
        var next = cause
        while let error = next {
            chain.append(error)
            next = (error as? any DurableFailure)?.cause
        }
        return chain
    }

    /// The failure in words, followed by what led to it.
    public var description: String {
        chain.map { error in
            guard let failure = error as? any DurableFailure else { return "\(error)" }
            return failure.headline
        }.joined(separator: ": ")
    }

    fileprivate var headline: String {
        switch self {
        case let failure as ApplicationFailure:
            guard let type = failure.type, !type.isEmpty else { return message }
            return "\(type): \(message)"
        case let failure as ActivityFailure:
            return "activity '\(failure.activityType)' failed"
        case let failure as ChildWorkflowFailure:
            return "child workflow '\(failure.workflowType)' (\(failure.workflowID)) failed"
        default: return message
        }
    }
}

/// Values that travel with a failure or a heartbeat.
public struct FailureDetails: Sendable {
    private enum Content: Sendable {
        case values([BoundaryValue])
        case encoded(Arguments, APIPayloads)
    }

    private let content: Content

    public init(_ values: BoundaryValue...) {
        content = .values(values)
    }

    public init(_ values: [BoundaryValue]) {
        content = .values(values)
    }

    package init(_ payloads: APIPayloads, converter: any PayloadConverter) {
        content = .encoded(Arguments(payloads, converter: converter), payloads)
    }

    public static let none = FailureDetails([])

    public var count: Int {
        switch content {
        case .values(let values): values.count
        case .encoded(let arguments, _): arguments.count
        }
    }

    public var isEmpty: Bool { count == 0 }

    /// One of the values.
    /// - Throws: ``ArgumentError`` if there are fewer values, or this one is of another type.
    public func value<Value: Decodable & Sendable>(_ type: Value.Type = Value.self, at index: Int = 0) throws -> Value {
        switch content {
        case .encoded(let arguments, _): return try arguments.decode(type, at: index)
        case .values(let values):
            let converter = DefaultPayloadConverter()
            return try Arguments(converter.payloads(from: values), converter: converter).decode(type, at: index)
        }
    }

    package func payloads(with converter: any PayloadConverter) throws -> APIPayloads {
        switch content {
        case .values(let values): try converter.payloads(from: values)
        case .encoded(_, let payloads): payloads
        }
    }
}
