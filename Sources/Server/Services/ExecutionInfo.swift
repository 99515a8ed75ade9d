import Engine
import SwiftProtobuf
import WireAPI

extension APIWorkflowExecutionInfo {
    /// What a list shows of a run.
    init(_ row: VisibilityRow) {
        self.init()
        execution = APIWorkflowExecution(workflowID: row.workflowID, runID: row.runID)
        type.name = row.workflowType
        taskQueue = row.taskQueue
        status = APIWorkflowExecutionStatus(rawValue: row.status) ?? .unspecified
        startTime = Google_Protobuf_Timestamp(wallClock: row.startTime)
        executionTime = Google_Protobuf_Timestamp(wallClock: row.executionTime)
        rootExecution = APIWorkflowExecution(workflowID: row.rootWorkflowID, runID: row.rootRunID)
        if let parent = row.parentWorkflowID {
            parentExecution = APIWorkflowExecution(workflowID: parent, runID: row.parentRunID ?? "")
        }
        // Both are there even when empty, as in the reference. What is stored was encoded by this server.
        memo = row.memo.flatMap { try? APIMemo(serializedBytes: $0) } ?? APIMemo()
        searchAttributes =
            row.searchAttributes.flatMap { try? APISearchAttributes(serializedBytes: $0) } ?? APISearchAttributes()
        if let closeTime = row.closeTime { addClose(closeTime, row) }
    }

    private mutating func addClose(_ closeTime: Nanoseconds, _ row: VisibilityRow) {
        self.closeTime = Google_Protobuf_Timestamp(wallClock: closeTime)
        let length = max(0, closeTime - row.executionTime)
        executionDuration.seconds = length / .second
        executionDuration.nanos = Int32(length % .second)
        historyLength = row.historyLength ?? 0
        historySizeBytes = row.historySizeBytes ?? 0
        stateTransitionCount = row.stateTransitionCount ?? 0
    }
}

extension APIWorkflowExecution {
    fileprivate init(workflowID: String, runID: String) {
        self.init()
        self.workflowID = workflowID
        self.runID = runID
    }
}

extension Google_Protobuf_Timestamp {
    fileprivate init(wallClock: Nanoseconds) {
        self.init(seconds: wallClock / .second, nanos: Int32(wallClock % .second))
    }
}
