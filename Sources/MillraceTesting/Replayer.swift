import APIJSON
import Millrace
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Checks that workflow code still fits the histories that earlier versions of it have written.
///
///     let replayer = Replayer(TopStories.self)
///     try await replayer.replay(contentsOf: "Histories/top-stories.json")
///     for try await run in client.list("WorkflowType = 'TopStories'") {
///         try await replayer.replay(client.handle(id: run.workflowID, runID: run.runID))
///     }
public struct Replayer: Sendable {
    private let replay: HistoryReplay

    /// - Parameter types: the workflow types that the histories may be of.
    public init(_ types: any WorkflowDefinition.Type..., dataConverter: DataConverter = .default) {
        replay = HistoryReplay(types: types, converter: dataConverter, namespace: "default")
    }

    /// Replays a history in JSON, as `temporal workflow show --output json` or
    /// ``UntypedWorkflowHandle/historyJSON()`` write it.
    /// - Throws: ``ReplayFailure`` if the code does not fit, ``ConversionError`` if the text is no history.
    public func replay(json: String, workflowID: String = "replayed-workflow") async throws {
        try await replay(HistoryJSON.parse(json), workflowID)
    }

    /// Replays a history from a JSON file.
    public func replay(contentsOf path: String) async throws {
        try await replay(json: String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }

    /// Fetches the history of a run and replays it.
    public func replay(_ run: UntypedWorkflowHandle) async throws {
        var history = APIHistory()
        for try await event in run.history() { history.events.append(event.wire) }
        try await replay(history, run.workflowID)
    }

    private func replay(_ history: APIHistory, _ workflowID: String) async throws {
        if let failure = try await replay.run(history, workflowID: workflowID) {
            throw ReplayFailure(workflowID: workflowID, message: failure.message)
        }
    }
}

/// Workflow code does not fit a history.
public struct ReplayFailure: Error, Sendable, CustomStringConvertible {
    public var workflowID: String
    /// Which event does not fit, what the code did instead, and how to fix it.
    public var message: String

    public var description: String { "replay of '\(workflowID)' failed: \(message)" }
}
