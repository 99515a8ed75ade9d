extension SQLiteStore {
    /// What a commit waits for.
    public enum Durability: String, Sendable, CaseIterable {
        /// Every commit is on the disk when it returns. The default.
        case full
        /// A commit is handed to the operating system: it survives the death of the process, but one of the last
        /// ones may be lost, whole, when the machine dies. The file stays sound.
        case normal
    }

    public struct Options: Sendable {
        public var durability = Durability.full
        /// Connections that read, and so reads that run at once.
        public var readers = 4
        /// Log bytes from which a checkpoint runs between commits.
        public var checkpointBytes = 32 << 20
        /// Log bytes from which a checkpoint runs when the server is idle.
        public var idleCheckpointBytes = 1 << 20
        /// Log bytes from which reads are cut off, so that the log can be emptied.
        public var cutOffBytes = 256 << 20
        /// Seconds after which a read is cut off in any case.
        public var readLimit: Double = 10
        /// The size the file may grow to, in bytes; `nil` for as large as the disk allows. Commits that need more
        /// fail with code `.full`.
        public var maximumBytes: Int?
        /// A set of runs up to this size is read whole and sorted, rather than looked for along an index, which could
        /// take much longer for so few.
        var smallSet = 10_000

        public init() {}
    }
}
