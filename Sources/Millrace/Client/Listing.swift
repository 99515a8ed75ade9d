import WireAPI
import WireRPC

extension Client {
    /// The runs that match a query, newest first, fetched page by page as they are read.
    ///
    ///     for try await run in client.list("WorkflowType = 'TopStories' AND ExecutionStatus = 'Running'") { … }
    ///
    /// - Parameters:
    ///   - query: in the server's query language; empty means all runs.
    ///   - pageSize: how many runs one request asks for.
    public func list(_ query: String = "", pageSize: Int = 100) -> RunList {
        RunList(client: self, query: query, pageSize: pageSize)
    }

    /// How many runs match a query.
    public func count(_ query: String = "") async throws -> RunCount {
        var request = APICountWorkflowExecutionsRequest()
        request.namespace = namespace
        request.query = query
        let response = try await call(WorkflowService.countWorkflowExecutions, request)
        return RunCount(
            count: Int(response.count),
            groups: response.groups.map { RunCount.Group(wire: $0.groupValues, count: Int($0.count)) })
    }
}

/// How many runs match.
public struct RunCount: Sendable, Hashable {
    /// One row of a query with `GROUP BY`.
    public struct Group: Sendable, Hashable {
        public var values: [String]
        public var count: Int

        init(wire payloads: [APIPayload], count: Int) {
            let converter = DefaultPayloadConverter()
            values = payloads.map { payload in
                let text = try? converter.value(from: Payload(wire: payload), as: String.self)
                return text ?? String(decoding: payload.data, as: UTF8.self)
            }
            self.count = count
        }
    }

    public var count: Int
    /// Empty unless the query has `GROUP BY`.
    public var groups: [Group]
}

/// Runs, fetched page by page.
public struct RunList: AsyncSequence, Sendable {
    public typealias Element = RunSummary

    let client: Client
    let query: String
    let pageSize: Int

    public func makeAsyncIterator() -> Iterator { Iterator(list: self) }

    public struct Iterator: AsyncIteratorProtocol {
        let list: RunList
        private var walk = PageWalk<APIWorkflowExecutionInfo>()
        private var request = APIListWorkflowExecutionsRequest()

        init(list: RunList) {
            self.list = list
            request.namespace = list.client.namespace
            request.query = list.query
            request.pageSize = Int32(clamping: list.pageSize)
        }

        public mutating func next() async throws -> RunSummary? {
            let (client, request) = (list.client, request)
            let found = try await walk.next { token in
                var request = request
                request.nextPageToken = token
                let response = try await client.call(WorkflowService.listWorkflowExecutions, request)
                return (response.executions, response.nextPageToken)
            }
            guard let found else { return nil }
            return try await RunSummary(wire: found, converter: client.dataConverter)
        }
    }
}
