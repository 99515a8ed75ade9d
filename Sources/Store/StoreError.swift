import Engine

/// What went wrong in a store, and what can be done about it.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Another server works on the file.
        case fileInUse
        /// The file was written by a newer version.
        case newerSchema
        /// The file is a database, but not one of ours, or no database at all.
        case foreignFile
        /// The file is damaged.
        case corrupt
        /// There is no space left. Reads still work, and commits again as soon as there is space.
        case full
        /// Another process holds the database locked.
        case locked
        /// The file cannot be opened or created.
        case cannotOpen
        /// The disk failed.
        case io
        /// The batch asks for what cannot be; nothing of it was applied.
        case invalidBatch
        /// A read took so long that it was cut off.
        case readCutOff
        /// The store is closed, or has failed for good.
        case closed
    }

    public let code: Code
    /// What happened; names the file if there is one.
    public let message: String
    /// What to do.
    public let advice: String

    public var description: String { advice.isEmpty ? message : "\(message) \(advice)" }

    public init(_ code: Code, _ message: String, advice: String = "") {
        self.code = code
        self.message = message
        self.advice = advice
    }

    static let closed = StoreError(.closed, "The store is closed.")

    static func fileInUse(_ path: String, holder: String?) -> StoreError {
        let by = holder.map { " by process \($0)" } ?? ""
        return StoreError(
            .fileInUse, "The database file \(path) is in use\(by).",
            advice: "Stop the other server or give this one another file.")
    }

    static func newerSchema(_ path: String, found: Int, known: Int) -> StoreError {
        StoreError(
            .newerSchema,
            "The database file \(path) was written by a newer version (schema \(found), this version knows \(known)).",
            advice: "Use that version, or give this one another file.")
    }

    static func foreignFile(_ path: String) -> StoreError {
        StoreError(
            .foreignFile, "The file \(path) is not a Millrace database.",
            advice: "Give the name of a new file or of one that Millrace wrote. Nothing was changed in it.")
    }

    static func corrupt(_ path: String, detail: String) -> StoreError {
        StoreError(
            .corrupt, "The database file \(path) is damaged: \(detail).",
            advice: "Restore it from a backup; `sqlite3 FILE .recover` saves what can be read.")
    }

    static func full(_ path: String) -> StoreError {
        StoreError(
            .full, "There is no space left for the database file \(path).",
            advice: "Free some space; writes go on by themselves then.")
    }

    static func locked(_ path: String) -> StoreError {
        StoreError(
            .locked, "The database file \(path) is locked by another process.",
            advice: "Close the program that has it open, such as a database browser.")
    }

    static func cannotOpen(_ path: String, detail: String) -> StoreError {
        StoreError(
            .cannotOpen, "The database file \(path) cannot be opened: \(detail).",
            advice: "Check that its folder exists and that this user may write to it.")
    }

    static func io(_ path: String, detail: String) -> StoreError {
        StoreError(
            .io, "Reading or writing the database file \(path) failed: \(detail).", advice: "Check the disk.")
    }

    static func invalidBatch(_ detail: String) -> StoreError { StoreError(.invalidBatch, detail) }

    static func runExists(_ run: RunKey) -> StoreError { invalidBatch("Run \(run) is inserted but already there.") }
    static func noRun(_ run: RunKey) -> StoreError {
        invalidBatch("The header of run \(run), which is not there, is set.")
    }
    static func historyExists(_ run: RunKey, _ firstEventID: Int64) -> StoreError {
        invalidBatch("Events from \(firstEventID) of run \(run) are appended but already there.")
    }
    static func scheduleExists(_ id: String) -> StoreError {
        invalidBatch("A schedule with the id \(id) is inserted but there is another.")
    }
    static func keyOutOfRange(_ key: Int64) -> StoreError {
        invalidBatch("\(key) is outside the range of keys the store can hold.")
    }

    static let readCutOff = StoreError(
        .readCutOff, "The read took too long and was cut off.", advice: "Narrow the query and try again.")
}
