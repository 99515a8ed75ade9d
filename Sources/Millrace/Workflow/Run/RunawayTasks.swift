import Logging
import Synchronization

/// Tasks that would not end when their run was evicted, and were stopped for good.
package enum RunawayTasks {
    private static let counts = Mutex<[String: Int]>([:])
    private static let logger = Logger(label: "millrace.workflow")

    /// How many there were since the process began, for each workflow type.
    package static var byType: [String: Int] { counts.withLock { $0 } }

    static func count(type: String?) {
        let type = type ?? "unknown"
        counts.withLock { $0[type, default: 0] += 1 }
        logger.error(
            """
            a task of an evicted workflow swallows every error and tries again without end; it was stopped and its \
            memory is lost. Let errors out of loops, or end them when Task.isCancelled.
            """, metadata: ["workflow_type": "\(type)"])
    }
}
