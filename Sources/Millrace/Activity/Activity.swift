import Logging
import WireAPI

/// What activity code can ask and say while it runs.
///
///     for (index, file) in files.enumerated().dropFirst(try Activity.heartbeatDetails(as: Int.self) ?? 0) {
///         try await importOne(file)
///         Activity.heartbeat(index + 1)
///     }
///
/// Everything works in child tasks and in tasks made with `Task { }` too. Outside of activities, as in a plain unit
/// test, ``info`` is empty and heartbeats go nowhere; `ActivityEnvironment` in MillraceTesting stands in for a worker.
public enum Activity {
    @TaskLocal package static var current: ActivityContext?

    /// The running activity; `nil` outside of activities.
    public static var context: ActivityContext? { current }

    /// What the server says of the running activity. Outside of activities everything in it is empty.
    public static var info: ActivityInfo { current?.info ?? ActivityInfo() }

    /// Names the activity, its workflow and the attempt in every line.
    public static var logger: Logger { current?.logger ?? Logger(label: "millrace.activity") }

    /// A client for the namespace of the activity's worker; `nil` outside of activities.
    public static var client: Client? { current?.client }

    /// Says that the activity is being worked on, and how far it is.
    ///
    /// Costs little and may be called often: what is sent is throttled to one message in 80 % of the heartbeat
    /// timeout, at most 60 s, the newest details winning. The answer to a heartbeat is how an activity learns that it
    /// should stop, so an activity that can be cancelled must set a heartbeat timeout and call this.
    ///
    /// - Parameter details: what the next attempt needs to go on from here; see ``heartbeatDetails(as:at:)``.
    public static func heartbeat<each Detail: Encodable & Sendable>(_ details: repeat each Detail) {
        guard let current else { return }
        current.heartbeat(boundaryValues(repeat each details))
    }

    /// What an earlier attempt last reported; `nil` if none has reported anything.
    /// - Parameter index: which of the details, if there are several.
    /// - Throws: ``ArgumentError`` if it is of another type, or there are fewer.
    public static func heartbeatDetails<Detail: Decodable & Sendable>(
        as type: Detail.Type = Detail.self, at index: Int = 0
    ) throws -> Detail? {
        guard let details = current?.heartbeatDetails, !details.isEmpty else { return nil }
        return try details.value(type, at: index)
    }

    /// Why the activity should stop; `nil` while it should not. When this is set, the activity's task is cancelled.
    public static var cancellationReason: ActivityCancellationReason? { current?.cancellationReason }

    /// Throw this to leave the activity open: something else completes it with an ``AsyncActivityHandle``.
    ///
    ///     let token = Activity.info.taskToken                // or the ids
    ///     try await queue.send(order, replyTo: token)
    ///     throw Activity.completesElsewhere
    public static var completesElsewhere: any Error { CompletesElsewhere() }
}

/// Why an activity should stop.
public enum ActivityCancellationReason: Sendable, Hashable {
    /// The workflow, or a person, has asked for it.
    case requested
    /// It was paused; the attempt is made again once it is unpaused.
    case paused
    /// It was reset; it starts anew with attempt 1.
    case reset
    /// One of its timeouts has passed; nobody waits for the result any more.
    case timedOut
    /// The server does not know it any more: its workflow has closed, or another attempt was started.
    case gone
    /// The worker is shutting down; another worker makes the attempt again.
    case workerShutdown
}

/// The marker behind ``Activity/completesElsewhere``.
struct CompletesElsewhere: Error, CustomStringConvertible {
    var description: String { "the activity is completed elsewhere" }
}
