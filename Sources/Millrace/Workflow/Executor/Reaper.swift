/// Ends tasks of evicted runs that were waiting for something outside, such as a network call, when that comes back.
///
/// They must not run on the thread that resumes them, which belongs to somebody else.
final class Reaper: Sendable {
    static let shared = Reaper()

    private let queue = BlockingQueue<RunExecutor>()

    private init() {
        let queue = queue
        startThread(named: "millrace-reaper") {
            while let executor = queue.next() {
                executor.reap()
            }
        }
    }

    func take(_ executor: RunExecutor) {
        queue.append(executor)
    }
}
