import Engine
import Foundation

/// The writes of workflows with one activity, step by step, in the sizes an engine writes them.
struct Workload {
    /// Steps of one workflow, from its start to its end.
    static let steps = 7
    /// Writes of all steps together.
    static let writes = 37

    private static func bytes(_ count: Int, _ seed: Int64) -> Data {
        var data = Data(count: count)
        for index in 0..<min(8, count) { data[index] = UInt8(truncatingIfNeeded: seed >> Int64(index * 8)) }
        return data
    }

    private static let statuses = [2, 2, 2, 2, 2, 3, 5, 7]

    static func visibility(_ run: RunKey, isClosed: Bool) -> VisibilityRow {
        let start = run * 1_000_000
        return VisibilityRow(
            run: run, namespace: 1, workflowID: workflowID(run), runID: runID(run), workflowType: "Type\(run % 7)",
            taskQueue: "queue-\(run % 5)", status: isClosed ? statuses[Int(run % 8)] : 1, startTime: start,
            executionTime: start, closeTime: isClosed ? start + (run % 977) * 10_000_000 : nil,
            historyLength: isClosed ? 11 : nil, historySizeBytes: isClosed ? 1_800 : nil,
            stateTransitionCount: isClosed ? 7 : nil, rootWorkflowID: workflowID(run), rootRunID: runID(run))
    }

    static func workflowID(_ run: RunKey) -> String { "import-\(run)-\(run &* 2_654_435_761 % 1_000_003)" }

    private static func runID(_ run: RunKey) -> String {
        let digits = String(run, radix: 16)
        return "019f0000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func task(_ run: RunKey, _ index: Int64, _ kind: TaskRow.Kind) -> StoreWrite {
        .putTask(
            TaskRow(
                id: run * 4 + index, kind: kind, namespace: 1, queue: "queue-\(run % 5)", run: run, eventID: 2,
                scheduledAt: run))
    }

    private static func header(_ run: RunKey, _ step: Int64) -> StoreWrite {
        .updateHeader(run: run, header: bytes(220, run &+ step))
    }

    private static func history(_ run: RunKey, _ first: Int64, _ count: Int, _ size: Int) -> StoreWrite {
        .appendHistory(run: run, firstEventID: first, count: count, events: bytes(size, run &+ first))
    }

    /// The writes of one step, 0 ..< `steps`.
    static func step(_ step: Int, of run: RunKey) -> [StoreWrite] {
        let keys = StoreWrite.putMeta(name: "next-keys", value: bytes(24, run))
        let wake = StoreWrite.setWake(run: run, at: run * 1_000 + Int64(step))
        switch step {
        case 0:
            return [
                .insertRun(
                    RunRow(
                        key: run, namespace: 1, workflowID: workflowID(run), runID: runID(run),
                        fixed: bytes(350, run), header: bytes(220, run))),
                .setCurrent(namespace: 1, workflowID: workflowID(run), run: run),
                .putItem(run: run, kind: .requestID, id: runID(run + 1), value: bytes(16, run)),
                history(run, 1, 2, 620), .putVisibility(visibility(run, isClosed: false)), task(run, 0, .workflow),
                wake, keys,
            ]
        case 1: return [header(run, 1), .deleteTask(id: run * 4), history(run, 3, 1, 90), wake]
        case 2:
            return [
                header(run, 2), history(run, 4, 2, 420),
                .putItem(run: run, kind: .activity, id: "5", value: bytes(260, run)), task(run, 1, .activity), wake,
                keys,
            ]
        case 3:
            return [
                header(run, 3), .deleteTask(id: run * 4 + 1),
                .putItem(run: run, kind: .activity, id: "5", value: bytes(300, run)), wake,
            ]
        case 4:
            return [
                header(run, 4), history(run, 6, 3, 380), .deleteItem(run: run, kind: .activity, id: "5"),
                task(run, 2, .workflow), wake, keys,
            ]
        case 5: return [header(run, 5), .deleteTask(id: run * 4 + 2), history(run, 9, 1, 90), wake]
        default:
            return [
                header(run, 6), history(run, 10, 2, 300), .putVisibility(visibility(run, isClosed: true)),
                .deleteItems(run: run), .clearWake(run: run),
            ]
        }
    }

    /// A run that is over, as it is found much later.
    static func closed(_ run: RunKey) -> [StoreWrite] { [.putVisibility(visibility(run, isClosed: run % 100 != 0))] }
}
