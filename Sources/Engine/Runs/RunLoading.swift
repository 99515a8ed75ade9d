import Foundation
import SwiftProtobuf
import WireAPI

/// Turning a run into stored rows and back.
extension Run {
    /// A run as it was read back.
    /// - Throws: when a stored record does not decode.
    convenience init(stored: StoredRun, visibility: VisibilityRow) throws {
        let row = stored.row
        self.init(
            key: row.key, namespace: row.namespace, fixed: try RunFixed(serializedBytes: row.fixed),
            header: try RunHeader(serializedBytes: row.header), visibility: visibility, isNew: false)
        var buffered: [BufferedEvent] = []
        for item in stored.items {
            switch item.kind {
            case .activity: restore(activity: try ActivityRecord(serializedBytes: item.value))
            case .timer: restore(timer: try TimerRecord(serializedBytes: item.value))
            case .requestID: restore(request: try RequestRecord(serializedBytes: item.value), id: item.id)
            case .bufferedEvent:
                let event = try APIHistoryEvent(serializedBytes: item.value)
                buffered.append(
                    BufferedEvent(sequence: Int64(item.id) ?? 0, event: event, size: item.value.count))
            case .child, .externalSignal, .externalCancel, .update, .nexusOperation, .bufferedStart, .lastOutcome: break
            }
        }
        restoreBuffered(buffered)
    }

    /// The rows that bring the store up to date with this run; resets what is noted as changed.
    func takeWrites() throws -> [StoreWrite] {
        var writes: [StoreWrite] = []
        let events = takeUnwritten()
        if let first = events.first {
            var history = APIHistory()
            history.events = events
            let bytes: Data = try history.serializedBytes()
            update { $0.historySize += Int64(bytes.count) }
            writes.append(
                .appendHistory(run: key, firstEventID: first.eventID, count: events.count, events: bytes))
        }
        if changes.header || !changes.items.isEmpty { update { $0.stateTransitions += 1 } }
        let isClosing = changes.visibility && !isOpen && visibility.stateTransitionCount == nil
        if isClosing {
            visibility.historyLength = header.nextEventID - 1
            visibility.historySizeBytes = header.historySize
            visibility.stateTransitionCount = header.stateTransitions
        }
        if isNew {
            isNew = false
            let row = RunRow(
                key: key, namespace: namespace, workflowID: fixed.workflowID, runID: fixed.runID,
                fixed: try fixed.serializedBytes(), header: try header.serializedBytes())
            writes.insert(.insertRun(row), at: 0)
        } else if changes.header {
            writes.append(.updateHeader(run: key, header: try header.serializedBytes()))
        }
        for (name, isPut) in changes.items { writes.append(try write(item: name, isPut: isPut)) }
        if changes.visibility { writes.append(.putVisibility(visibility)) }
        changes = Changes()
        return writes
    }

    private func write(item name: ItemName, isPut: Bool) throws -> StoreWrite {
        guard isPut, let value = try encoded(item: name) else {
            return .deleteItem(run: key, kind: name.kind, id: name.id)
        }
        return .putItem(run: key, kind: name.kind, id: name.id, value: value)
    }

    private func encoded(item name: ItemName) throws -> Data? {
        switch name.kind {
        case .activity: try Int64(name.id).flatMap { activities[$0] }?.serializedBytes()
        case .timer: try timers[name.id]?.serializedBytes()
        case .requestID: try requests[name.id]?.serializedBytes()
        case .bufferedEvent:
            try Int64(name.id).flatMap { id in buffered.first { $0.sequence == id } }?.event.serializedBytes()
        case .child, .externalSignal, .externalCancel, .update, .nexusOperation, .bufferedStart, .lastOutcome: nil
        }
    }
}
