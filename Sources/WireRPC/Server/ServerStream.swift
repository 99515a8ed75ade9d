import NIOCore

/// One call on a server's connection. Belongs to the connection's event loop.
final class ServerStream {
    let head: RequestHead
    let entry: ServiceTable.Entry
    var assembler: MessageAssembler
    /// Bytes of the request counted against the server's memory.
    var heldBytes = 0
    private var task: Task<Void, Never>?
    private var deadline: DeadlineEntry?

    init(head: RequestHead, entry: ServiceTable.Entry, limit: Int) {
        self.head = head
        self.entry = entry
        assembler = MessageAssembler(limit: limit)
    }

    func setDeadline(_ entry: DeadlineEntry) {
        deadline = entry
    }

    func setTask(_ task: Task<Void, Never>) {
        self.task = task
    }

    /// Drops the deadline: the call has its outcome.
    func clearDeadline() {
        if let deadline { DeadlineTimer.shared.cancel(deadline) }
        deadline = nil
    }

    /// Tells the handler that nobody waits for its answer any more.
    func cancelHandler() {
        task?.cancel()
        task = nil
    }
}
