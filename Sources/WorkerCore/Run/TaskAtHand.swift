import Foundation
import WireAPI

/// The workflow task that is being worked on.
struct TaskAtHand: Sendable {
    enum Kind: Sendable {
        /// To be completed. `startedEvent` is the event with which it began.
        case workflow(startedEvent: Int64, queries: [QueryReceived])
        /// A query by itself: nothing changes.
        case query(QueryReceived)
        /// A history that is replayed for its own sake.
        case replay
    }

    var token = Data()
    var attempt: Int32 = 1
    var kind = Kind.replay
    /// Updates that came with the task.
    var messages: [APIMessage] = []

    static let queryID = "query"

    /// The replay of a history.
    init() {}

    init(_ answer: APIPollWorkflowTaskQueueResponse) {
        token = answer.taskToken
        attempt = answer.attempt
        messages = answer.messages
        if answer.hasQuery {
            kind = .query(QueryReceived(id: Self.queryID, answer.query))
        } else {
            // In the order of their ids, so that the same task gives the same activation.
            let queries = answer.queries.sorted { $0.key < $1.key }.map { QueryReceived(id: $0.key, $0.value) }
            kind = .workflow(startedEvent: answer.startedEventID, queries: queries)
        }
    }

    /// The started event of the task, if it is ours to complete.
    var newest: Int64? {
        if case .workflow(let started, _) = kind { started } else { nil }
    }

    var isQuery: Bool {
        if case .query = kind { true } else { false }
    }
}

extension QueryReceived {
    init(id: String, _ query: APIWorkflowQuery) {
        self.init(
            id: id, name: query.queryType, input: query.queryArgs.payloads, headers: query.header.fields)
    }
}
