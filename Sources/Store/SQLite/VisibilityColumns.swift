import Engine
import Foundation

/// How a `VisibilityRow` lies in the table `visibility`.
enum VisibilityColumns {
    /// In the order in which `bind` and `row` count them.
    static let all = [
        "run", "shelf", "workflow_id", "run_id", "workflow_type", "task_queue", "status", "start_time",
        "execution_time", "close_order", "history_length", "history_size", "transitions", "parent_workflow_id",
        "parent_run_id", "root_workflow_id", "root_run_id", "memo", "search_attributes",
    ]

    /// `close_order` of open runs.
    static let open = Nanoseconds.max

    static func shelf(_ namespace: NamespaceKey, inDivision: Bool) -> Int64 {
        namespace &* 2 &+ (inDivision ? 1 : 0)
    }

    /// Binds a row to parameters 1 to `all.count`.
    static func bind(_ row: VisibilityRow, shelf: Int64, to statement: HotStatement) {
        statement.bind(1, row.run)
        statement.bind(2, shelf)
        statement.bind(3, row.workflowID)
        statement.bind(4, row.runID)
        statement.bind(5, row.workflowType)
        statement.bind(6, row.taskQueue)
        statement.bind(7, Int64(row.status))
        statement.bind(8, row.startTime)
        statement.bind(9, row.executionTime)
        statement.bind(10, row.closeTime ?? open)
        statement.bind(11, row.historyLength)
        statement.bind(12, row.historySizeBytes)
        statement.bind(13, row.stateTransitionCount)
        statement.bind(14, row.parentWorkflowID)
        statement.bind(15, row.parentRunID)
        statement.bind(16, row.rootWorkflowID)
        statement.bind(17, row.rootRunID)
        statement.bind(18, row.memo)
        statement.bind(19, row.searchAttributes)
    }

    /// Reads a row that was selected with the columns `all`.
    static func row(_ row: HotRow) -> VisibilityRow {
        let closeOrder = row.int(9)
        return VisibilityRow(
            run: row.int(0), namespace: row.int(1) >> 1, workflowID: row.text(2), runID: row.text(3),
            workflowType: row.text(4), taskQueue: row.text(5), status: Int(row.int(6)), startTime: row.int(7),
            executionTime: row.int(8), closeTime: closeOrder == open ? nil : closeOrder,
            historyLength: row.optionalInt(10), historySizeBytes: row.optionalInt(11),
            stateTransitionCount: row.optionalInt(12), parentWorkflowID: row.optionalText(13),
            parentRunID: row.optionalText(14), rootWorkflowID: row.text(15), rootRunID: row.text(16),
            memo: row.optionalData(17), searchAttributes: row.optionalData(18))
    }
}
