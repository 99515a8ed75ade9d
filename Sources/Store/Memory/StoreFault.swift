/// What goes wrong with one commit of a `MemoryStore`.
public enum StoreFault: Sendable, Equatable {
    /// The commit fails and leaves nothing.
    case failBefore
    /// The commit fails although the batch is durable: the caller cannot know that.
    case failAfter
    /// The machine dies in the middle of the commit: it fails, and so does everything else until `crash()` or
    /// `recover()` has thrown the torn batch away.
    case torn
    /// There is no space: the commit fails with code `.full` and leaves nothing.
    case full
}
