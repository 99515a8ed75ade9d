import Foundation

/// Answers lists and counts. Both stores do; a caller can ask from any thread.
///
/// Answers see every batch that has been committed, never part of one.
public protocol VisibilityReader: Sendable {
    /// One page of the runs a query selects.
    ///
    /// - Parameters:
    ///   - pageSize: At most 1,000; anything outside 1 ... 1,000 means 1,000.
    ///   - pageToken: `nil` or empty for the first page, else the token of the page before. A token is bound to the
    ///     namespace and the query's text; a run that changes while a client pages can be seen twice or not at all,
    ///     one that does not change is seen once.
    /// - Throws: `VisibilityQueryError.invalidPageToken`, or an error of the store.
    func list(
        namespace: NamespaceKey, query: VisibilityQuery, pageSize: Int, pageToken: Data?
    ) throws -> VisibilityPage

    /// How many runs a query selects.
    func count(namespace: NamespaceKey, query: VisibilityQuery) throws -> VisibilityCount
}

public struct VisibilityPage: Sendable, Equatable {
    /// The largest page there is, and the one a client gets that asks for none in particular.
    public static let maximumSize = 1_000

    public var rows: [VisibilityRow]
    /// `nil` on the last page.
    public var nextPageToken: Data?

    public init(rows: [VisibilityRow], nextPageToken: Data? = nil) {
        self.rows = rows
        self.nextPageToken = nextPageToken
    }

    /// The page size to use when a client asks for `size`.
    public static func effectiveSize(_ size: Int) -> Int {
        (1...maximumSize).contains(size) ? size : maximumSize
    }
}

public struct VisibilityCount: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        /// Raw value of `WorkflowExecutionStatus`.
        public var status: Int
        public var count: Int64

        public init(status: Int, count: Int64) {
            self.status = status
            self.count = count
        }
    }

    public var total: Int64
    /// One for each status that occurs, in the order of their numbers; empty unless the query groups.
    public var groups: [Group]

    public init(total: Int64, groups: [Group] = []) {
        self.total = total
        self.groups = groups
    }
}
