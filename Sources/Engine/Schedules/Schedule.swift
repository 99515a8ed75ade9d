import OrderedCollections
import Foundation
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// A schedule, as the engine holds it in memory: its definition, its mutable state, and what the current step has
/// changed and not yet written.
///
/// Only the engine touches it. Everything that changes goes through methods that also note what must be written.
final class Schedule {
    let key: RunKey
    let namespace: NamespaceKey
    private(set) var definition: ScheduleDefinition
    private(set) var state: ScheduleState
    private(set) var policies: SchedulePolicies
    private(set) var action: APIScheduleAction
    /// When it is due; `nil` if the spec, once accepted, can no longer be read (``specProblem`` says why).
    private(set) var times: ScheduleTimes?
    private(set) var specProblem = ""
    /// Starts that wait for their turn, by number: oldest first.
    private(set) var buffer: OrderedDictionary<Int64, BufferedStartRecord> = [:]
    /// Request ids that were applied, oldest first, with their numbers.
    private(set) var requests: OrderedDictionary<String, Int64> = [:]
    /// Encoded `Payloads` and `Failure` of the runs that ended last.
    private(set) var lastResult: Data?
    private(set) var lastFailure: Data?

    /// The store could not be read while a run was to be started: look again at this time.
    var retryAt: Nanoseconds?
    /// The batch of the last write; the schedule may leave memory once it is durable.
    var lastBatch: UInt64 = 0
    /// Already in the engine's list of schedules this step has changed.
    var isTouched = false
    var isDeleted = false
    /// Used since the cache last looked at it.
    var wasUsed = true
    /// What the table of schedules has counted it with.
    var accountedSize = 0
    private var changes = Changes()

    private struct Changes {
        var definition = false
        var state = false
        var visibility = false
        var items: OrderedDictionary<ItemName, Data?> = [:]
    }

    private struct ItemName: Hashable {
        var kind: ItemKind
        var id: String
    }

    /// Request ids that are remembered.
    private static var mostRequests: Int { 100 }
    private static var resultID: String { "result" }
    private static var failureID: String { "failure" }

    /// - Throws: when a stored record does not decode.
    private init(
        key: RunKey, namespace: NamespaceKey, definition: ScheduleDefinition, state: ScheduleState,
        zones: any TimeZoneSource
    ) throws {
        self.key = key
        self.namespace = namespace
        self.definition = definition
        self.state = state
        action = try APIScheduleAction(serializedBytes: definition.action)
        policies = SchedulePolicies(try APISchedulePolicies(serializedBytes: definition.policies))
        compile(zones)
    }

    /// A schedule that was just created.
    convenience init(
        new key: RunKey, namespace: NamespaceKey, definition: ScheduleDefinition, state: ScheduleState,
        zones: any TimeZoneSource
    ) throws {
        try self.init(
            key: key, namespace: namespace, definition: definition, state: state, zones: zones)
        changes = Changes(definition: true, state: true, visibility: true)
    }

    /// A schedule as it was read back.
    convenience init(stored: StoredSchedule, zones: any TimeZoneSource) throws {
        try self.init(
            key: stored.row.key, namespace: stored.row.namespace,
            definition: try ScheduleDefinition(serializedBytes: stored.row.definition),
            state: try ScheduleState(serializedBytes: stored.state), zones: zones)
        var starts: [(Int64, BufferedStartRecord)] = []
        var known: [(String, Int64)] = []
        for item in stored.items {
            switch item.kind {
            case .bufferedStart:
                starts.append((Int64(item.id) ?? 0, try BufferedStartRecord(serializedBytes: item.value)))
            case .requestID: known.append((item.id, Int64(String(decoding: item.value, as: UTF8.self)) ?? 0))
            case .lastOutcome where item.id == Self.resultID: lastResult = item.value
            case .lastOutcome: lastFailure = item.value
            default: break
            }
        }
        buffer = OrderedDictionary(uniqueKeysWithValues: starts.sorted { $0.0 < $1.0 })
        requests = OrderedDictionary(uniqueKeysWithValues: known.sorted { $0.1 < $1.1 })
    }

    private func compile(_ zones: any TimeZoneSource) {
        do {
            times = try ScheduleTimes(try APIScheduleSpec(serializedBytes: definition.spec), zones: zones)
            specProblem = ""
        } catch let error as ScheduleSpecError {
            times = nil
            specProblem = error.message
        } catch {
            times = nil
            specProblem = "the stored spec cannot be read: \(error)"
        }
    }

    var scheduleID: String { definition.scheduleID }

    /// Bytes of what may be large: what it costs to keep the schedule in memory.
    var size: Int {
        definition.action.count + definition.spec.count + definition.memo.count + (lastResult?.count ?? 0)
            + (lastFailure?.count ?? 0)
    }

    // MARK: Changes

    func update(_ change: (inout ScheduleState) -> Void) {
        let wasPaused = state.paused
        change(&state)
        changes.state = true
        if state.paused != wasPaused { changes.visibility = true }
    }

    /// Gives the schedule a new definition; everything but the ids can differ.
    func redefine(_ new: ScheduleDefinition, _ action: APIScheduleAction, zones: any TimeZoneSource) {
        definition = new
        self.action = action
        policies = SchedulePolicies((try? APISchedulePolicies(serializedBytes: new.policies)) ?? .init())
        changes.definition = true
        changes.visibility = true
        compile(zones)
    }

    func bufferStart(_ start: BufferedStartRecord) {
        update { $0.lastStart += 1 }
        buffer[state.lastStart] = start
        changes.items[.init(kind: .bufferedStart, id: String(state.lastStart))] = .some(try? start.serializedData())
    }

    func removeStart(_ number: Int64) {
        guard buffer.removeValue(forKey: number) != nil else { return }
        changes.items[.init(kind: .bufferedStart, id: String(number))] = .some(nil)
    }

    /// Remembers that a request was applied, and forgets the oldest ones.
    func remember(request id: String) {
        guard !id.isEmpty else { return }
        update { $0.lastRequest += 1 }
        requests[id] = state.lastRequest
        changes.items[.init(kind: .requestID, id: id)] = .some(Data(String(state.lastRequest).utf8))
        while requests.count > Self.mostRequests {
            let oldest = requests.removeFirst()
            changes.items[.init(kind: .requestID, id: oldest.key)] = .some(nil)
        }
    }

    func setResult(_ result: Data) {
        lastResult = result
        changes.items[.init(kind: .lastOutcome, id: Self.resultID)] = .some(result)
        setFailure(nil)
    }

    func setFailure(_ failure: Data?) {
        guard lastFailure != nil || failure != nil else { return }
        lastFailure = failure
        changes.items[.init(kind: .lastOutcome, id: Self.failureID)] = .some(failure)
    }

    // MARK: Writing

    /// The rows that bring the store up to date; resets what is noted as changed.
    /// - Parameter visibility: makes the row that lists show.
    func takeWrites(visibility: (Schedule) -> VisibilityRow) throws -> [StoreWrite] {
        var writes: [StoreWrite] = []
        if changes.definition {
            writes.append(
                .putSchedule(
                    ScheduleRow(
                        key: key, namespace: namespace, scheduleID: scheduleID,
                        definition: try definition.serializedBytes())))
        }
        if changes.state { writes.append(.putScheduleState(schedule: key, state: try state.serializedBytes())) }
        for (name, value) in changes.items {
            if let value {
                writes.append(.putItem(run: key, kind: name.kind, id: name.id, value: value))
            } else {
                writes.append(.deleteItem(run: key, kind: name.kind, id: name.id))
            }
        }
        if changes.visibility { writes.append(.putVisibility(visibility(self))) }
        changes = Changes()
        return writes
    }

    var hasChanges: Bool {
        changes.definition || changes.state || changes.visibility || !changes.items.isEmpty
    }
}

/// A schedule's policies with the defaults and limits applied.
struct SchedulePolicies {
    static let defaultCatchupWindow: Nanoseconds = 365 * 86_400 * .second
    static let leastCatchupWindow: Nanoseconds = 10 * .second

    var overlap: APIScheduleOverlapPolicy
    var catchupWindow: Nanoseconds
    var pausesOnFailure: Bool
    var keepsWorkflowID: Bool

    init(_ policies: APISchedulePolicies) {
        overlap = policies.overlapPolicy == .unspecified ? .skip : policies.overlapPolicy
        catchupWindow =
            policies.hasCatchupWindow
            ? max(policies.catchupWindow.nanoseconds, Self.leastCatchupWindow) : Self.defaultCatchupWindow
        pausesOnFailure = policies.pauseOnFailure
        keepsWorkflowID = policies.keepOriginalWorkflowID
    }

    /// As they are shown.
    var message: APISchedulePolicies {
        var policies = APISchedulePolicies()
        policies.overlapPolicy = overlap
        policies.catchupWindow = Google_Protobuf_Duration(catchupWindow)
        policies.pauseOnFailure = pausesOnFailure
        policies.keepOriginalWorkflowID = keepsWorkflowID
        return policies
    }
}
