import SwiftProtobuf
import WireAPI

/// What a step wants done. The host adds `writes` to the open batch and performs `replies` after that batch, and every
/// batch before it, is durable. A step without writes is no exception: what it answers may rest on writes that are
/// still on their way.
public struct Effects: Sendable {
    public var writes: [StoreWrite] = []
    public var replies: [Reply] = []

    public init() {}

    public var isEmpty: Bool { writes.isEmpty && replies.isEmpty }

    public struct Reply: Sendable {
        public var call: CallID
        public var outcome: ReplyOutcome

        public init(call: CallID, outcome: ReplyOutcome) {
            self.call = call
            self.outcome = outcome
        }
    }
}

/// How a call ends.
public enum ReplyOutcome: Sendable {
    /// The answer, ready to be sent.
    case message(any Message)
    /// A `GetWorkflowExecutionHistory` (or `…Reverse`) answer whose events the host reads from the store, off the
    /// engine's thread.
    case history(HistoryRead)
    case failure(EngineError)
}

/// A page of history that the host reads from the store and answers.
public struct HistoryRead: Sendable {
    public var run: RunKey
    /// The events to read and answer, by id; empty if there is nothing to read.
    public var eventIDs: Range<Int64>
    /// Events that follow those that are read: a transient workflow task's, which are not stored, or a closing event
    /// that is still in memory.
    public var unstored: [APIHistoryEvent]
    /// Token of the page after this one; empty on the last page.
    public var nextPageToken: [UInt8]
    /// Newest first, for the reverse call.
    public var reversed: Bool
    /// Answer only the last event of the range that is stored or unstored (the close-event filter).
    public var lastEventOnly: Bool

    public init(
        run: RunKey, eventIDs: Range<Int64>, unstored: [APIHistoryEvent] = [], nextPageToken: [UInt8] = [],
        reversed: Bool = false, lastEventOnly: Bool = false
    ) {
        self.run = run
        self.eventIDs = eventIDs
        self.unstored = unstored
        self.nextPageToken = nextPageToken
        self.reversed = reversed
        self.lastEventOnly = lastEventOnly
    }
}

/// An error a caller sees: a gRPC status code, a message and at most one typed detail.
///
/// The texts are part of the interface: users' code and tests match them, so they are the reference server's.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// The numbers of gRPC's status codes.
    public enum Code: Int, Sendable {
        case invalidArgument = 3
        case deadlineExceeded = 4
        case notFound = 5
        case alreadyExists = 6
        case permissionDenied = 7
        case resourceExhausted = 8
        case failedPrecondition = 9
        case unimplemented = 12
        case `internal` = 13
        case unavailable = 14
    }

    public var code: Code
    public var message: String
    public var detail: (any Message)?

    public init(_ code: Code, _ message: String, detail: (any Message)? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    public var description: String { "\(code): \(message)" }
}
