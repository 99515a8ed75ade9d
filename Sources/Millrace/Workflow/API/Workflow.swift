import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What code inside a workflow calls: time, chance, waiting, activities, children.
///
/// Everything here gives the same at every replay. The functions work only in code that a worker runs as a workflow;
/// called from elsewhere they throw, or (those that only read) answer with what the system has, so that plain unit
/// tests can use a workflow's methods.
public enum Workflow {
    /// The time as the workflow sees it: when its current step began. It moves only when the workflow waits.
    public static var now: Date {
        guard let context = RunContext.entered(reading: "Workflow.now") else { return Date() }
        return Date(unixNanoseconds: context.time)
    }

    /// Random numbers that are the same at every replay.
    ///
    ///     var random = Workflow.random
    ///     let dice = Int.random(in: 1...6, using: &random)
    public static var random: WorkflowRandom { WorkflowRandom() }

    /// A random UUID (version 4), the same at every replay.
    public static func uuid() -> UUID {
        var random = WorkflowRandom()
        var bytes = [UInt8]()
        for word in [random.next(), random.next()] {
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }

    /// Logs with the run's ids; silent while the workflow catches up with its history.
    public static var logger: Logger {
        RunContext.entered(reading: "Workflow.logger")?.logger ?? Logger(label: "millrace.workflow")
    }

    /// Whether the code is catching up with what has happened already. For logging and metrics only: code that behaves
    /// differently on replay breaks it.
    public static var isReplaying: Bool {
        RunContext.entered(reading: "Workflow.isReplaying")?.isReplaying ?? false
    }

    /// Whether this workflow was asked to cancel. Tasks see it too, as `Task.isCancelled`; signal handlers, which go on,
    /// see it only here.
    public static var isCancelRequested: Bool {
        RunContext.entered(reading: "Workflow.isCancelRequested")?.isCancelRequested ?? false
    }

    /// Whether no signal or update handler is running; wait for it before the end to let them finish.
    public static var allHandlersFinished: Bool {
        RunContext.entered(reading: "Workflow.allHandlersFinished")?.handlers.isEmpty ?? true
    }
}

/// The random numbers of the run in whose code it is used.
public struct WorkflowRandom: RandomNumberGenerator, Sendable {
    init() {}

    public mutating func next() -> UInt64 {
        guard let context = RunContext.entered(reading: "Workflow.random") else {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        if case .reading(let what) = context.mode {
            // A query that draws numbers would change what the workflow draws next.
            context.fail(WorkflowMisuse.readOnly("Workflow.random", during: what))
        }
        return context.random.next()
    }
}

extension Date {
    init(unixNanoseconds: Int64) {
        let (seconds, nanoseconds) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(unixSeconds: seconds, nanoseconds: Int(nanoseconds))
    }
}
