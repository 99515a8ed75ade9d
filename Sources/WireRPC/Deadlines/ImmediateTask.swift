/// Starts a task on the calling thread and runs it there until it first has to wait, where the platform can.
///
/// A handler that answers at once then costs no change of thread.
@discardableResult
func startImmediately(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    if #available(macOS 26.0, *) {
        return Task.immediate(operation: body)
    }
    return Task(operation: body)
}
