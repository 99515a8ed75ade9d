import Foundation
import WireAPI
import WorkerCore

/// The programs of `Tests/Peers/recordings/programs.py`, for the worker core.
enum RecordedPrograms {
    static func program(_ name: String) -> (TestWorkflow) -> Void {
        switch name.replacingOccurrences(of: "-uncached", with: "") {
        case "one-activity": { workflow in workflow.activity("shout") { _ in workflow.complete() } }
        case "activity-fails": activityFails
        case "timers-and-signals": timersAndSignals
        case "cancel-activities": cancelActivities
        case "cancelled": cancelled
        case "failing": { workflow in workflow.emit(.failWorkflow(failure("out of luck"))) }
        case "counting": counting
        case "patched": patched
        case "attributes": attributes
        case "children": children
        case "externals": externals
        case "updated": updated
        case "fails-its-task":
            { workflow in
                workflow.timer(milliseconds: 20) { workflow.timer(milliseconds: 20) { workflow.complete() } }
            }
        default: { _ in }
        }
    }

    private static func failure(_ message: String) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        return failure
    }

    private static func activityFails(_ workflow: TestWorkflow) {
        workflow.activity("break_down") { first in
            guard case .failed = first else { return }
            workflow.activity("shout") { _ in
                workflow.activity("unknown") { last in
                    guard case .failed(let failure) = last else { return }
                    workflow.emit(.failWorkflow(failure))
                }
            }
        }
    }

    private static func timersAndSignals(_ workflow: TestWorkflow) {
        var heard = 0
        var isDue = false
        var long = 0
        func goOn() {
            guard isDue, heard >= 2, long > 0 else { return }
            workflow.cancelTimer(long)
            long = 0
            workflow.cancelTimer(workflow.timer(milliseconds: 600_000))
            workflow.timer(milliseconds: 50) { workflow.complete() }
        }
        workflow.onSignal = { _ in
            heard += 1
            goOn()
        }
        workflow.onQuery = { _ in .answered(.text("\(heard)")) }
        workflow.timer(milliseconds: 50) {
            isDue = true
            goOn()
        }
        long = workflow.timer(milliseconds: 600_000)
    }

    private static func cancelActivities(_ workflow: TestWorkflow) {
        var left = 4
        func ended(_: ActivityResolution) {
            left -= 1
            if left == 0 { workflow.complete() }
        }
        let kinds: [ActivityCancellation] = [.tryCancel, .waitCompletion, .abandon]
        let activities = kinds.map { workflow.activity("linger", $0, ended) }
        workflow.timer(milliseconds: 300) {
            for seq in activities { workflow.emit(.requestCancelActivity(seq: seq)) }
            workflow.emit(.requestCancelActivity(seq: workflow.activity("linger", .tryCancel, ended)))
        }
    }

    private static func cancelled(_ workflow: TestWorkflow) {
        let timer = workflow.timer(milliseconds: 600_000)
        workflow.onCancel = { _ in
            workflow.cancelTimer(timer)
            workflow.emit(.cancelWorkflow(details: APIPayloads()))
        }
    }

    private static func counting(_ workflow: TestWorkflow) {
        workflow.timer(milliseconds: 20) {
            // Without a type the server takes the run's own.
            workflow.emit(.continueAsNew(APIContinueAsNewWorkflowExecutionCommandAttributes()))
        }
    }

    private static func patched(_ workflow: TestWorkflow) {
        func second() {
            workflow.deprecatePatch("second")
            workflow.activity("shout") { _ in
                guard workflow.patched("third"), workflow.patched("first") else { return }
                workflow.timer(milliseconds: 20) { workflow.complete() }
            }
        }
        if workflow.patched("first") { workflow.timer(milliseconds: 20, second) } else { second() }
    }

    private static func attributes(_ workflow: TestWorkflow) {
        func upsert(_ json: String) {
            var payload = APIPayload()
            payload.data = Data(json.utf8)
            var attributes = APISearchAttributes()
            attributes.indexedFields = ["Stars": payload]
            workflow.emit(.upsertSearchAttributes(attributes))
        }
        upsert("3")
        var memo = APIModifyWorkflowPropertiesCommandAttributes()
        memo.upsertedMemo.fields = ["mood": APIPayload()]
        workflow.emit(.modifyProperties(memo))
        workflow.timer(milliseconds: 20) {
            upsert("")
            workflow.complete()
        }
    }

    private static func children(_ workflow: TestWorkflow) {
        func cancelOne() {
            var first = 0
            first = workflow.child(
                "Cancelled", id: "child-cancelled",
                started: { _ in
                    workflow.child(
                        "Cancelled", id: "child-cancelled",
                        started: { start in
                            guard case .failed = start else { return }
                            workflow.timer(milliseconds: 20) { workflow.emit(.cancelChild(seq: first, reason: "")) }
                        })
                },
                ended: { end in
                    if case .canceled = end { workflow.complete() }
                })
        }
        workflow.child(
            "OneActivity", id: "child-good",
            ended: { _ in
                workflow.child(
                    "Failing", id: "child-bad",
                    ended: { end in
                        if case .failed = end { cancelOne() }
                    })
            })
    }

    private static func externals(_ workflow: TestWorkflow) {
        workflow.signal("hear", to: "neighbour") { _ in
            workflow.signal("hear", to: "no-such-workflow") { failure in
                guard failure != nil else { return }
                workflow.timer(milliseconds: 20) {
                    workflow.signal("hear", to: "neighbour") { _ in
                        workflow.cancelOther("neighbour") { _ in workflow.complete() }
                    }
                }
            }
        }
    }

    private static func updated(_ workflow: TestWorkflow) {
        var sum = 0
        var running = 0
        func end(_ update: UpdateReceived, _ number: Int) {
            sum += number
            running -= 1
            workflow.emit(
                .updateResponse(
                    protocolInstanceID: update.protocolInstanceID, .completed(.success(.text("\(sum)")))))
        }
        func checkEnd() {
            if sum >= 10, running == 0 { workflow.complete() }
        }
        workflow.onQuery = { _ in .answered(.text("\(sum)")) }
        workflow.onUpdate = { update in
            let number = update.input.first.flatMap { Int(String(decoding: $0.data, as: UTF8.self)) } ?? 0
            guard number >= 0 || !update.runValidator else {
                workflow.emit(
                    .updateResponse(
                        protocolInstanceID: update.protocolInstanceID, .rejected(failure("less than nothing"))))
                return
            }
            workflow.emit(.updateResponse(protocolInstanceID: update.protocolInstanceID, .accepted))
            running += 1
            if update.name == "add_slowly" {
                workflow.timer(milliseconds: 50) {
                    end(update, number)
                    checkEnd()
                }
            } else {
                end(update, number)
                checkEnd()
            }
        }
    }
}
