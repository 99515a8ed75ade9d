import Foundation
import WireAPI
import WorkerCore

/// Workflow code that does what its seed says: the same whenever it hears the same.
final class RandomProgram {
    private var dice: Dice
    private let workflow: TestWorkflow
    private var timers: [Int] = []
    private var activities: [Int] = []
    private var children: [Int] = []
    private var turns = 0
    private var isOver = false

    private init(_ workflow: TestWorkflow, seed: UInt64) {
        self.workflow = workflow
        dice = Dice(seed: seed)
    }

    static func body(seed: UInt64) -> (TestWorkflow) -> Void {
        { workflow in
            let program = RandomProgram(workflow, seed: seed)
            workflow.onSignal = { _ in program.turn() }
            workflow.onCancel = { _ in program.turn() }
            workflow.onUpdate = { program.update($0) }
            workflow.onQuery = { _ in .answered(.text("\(program.turns)")) }
            program.turn()
            program.turn()
        }
    }

    private func turn() {
        guard !isOver else { return }
        turns += 1
        for _ in 0..<dice.roll(3) { act() }
        if turns > 12, dice.once(in: 6) {
            isOver = true
            workflow.complete()
        }
    }

    private func act() {
        switch dice.roll(14) {
        case 0, 1: timers.append(workflow.timer { self.turn() })
        case 2: if let timer = timers.randomElement(using: &dice) { workflow.emit(.cancelTimer(seq: timer)) }
        case 3, 4: startActivity()
        case 5:
            if let activity = activities.randomElement(using: &dice) {
                workflow.emit(.requestCancelActivity(seq: activity))
            }
        case 6: startChild()
        case 7:
            if let child = children.randomElement(using: &dice) {
                workflow.emit(.cancelChild(seq: child, reason: "dice"))
            }
        case 8: workflow.signal("hello", to: "other") { _ in self.turn() }
        case 9: workflow.cancelOther("other") { _ in self.turn() }
        case 10: if workflow.patched("patch-\(dice.roll(4))") { act() }
        case 11: workflow.deprecatePatch("old-\(dice.roll(3))")
        case 12:
            var attributes = APISearchAttributes()
            attributes.indexedFields = ["Stars": APIPayload()]
            workflow.emit(.upsertSearchAttributes(attributes))
        default: workflow.emit(.modifyProperties(APIModifyWorkflowPropertiesCommandAttributes()))
        }
    }

    private func startActivity() {
        let kinds: [ActivityCancellation] = [.tryCancel, .waitCompletion, .abandon]
        let kind = kinds[dice.roll(kinds.count)]
        activities.append(workflow.activity("work-\(dice.roll(3))", kind) { _ in self.turn() })
    }

    private func startChild() {
        let kinds: [ChildCancellation] = [.abandon, .tryCancel, .waitRequested, .waitCompletion]
        let kind = kinds[dice.roll(kinds.count)]
        children.append(
            workflow.child(
                "Kid", id: "kid-\(children.count)", kind, started: { _ in self.turn() }, ended: { _ in self.turn() }))
    }

    private func update(_ update: UpdateReceived) {
        // Whether it is rejected must not depend on the dice: at replay a rejected update never comes.
        guard !update.name.hasPrefix("bad") else {
            workflow.emit(
                .updateResponse(protocolInstanceID: update.protocolInstanceID, .rejected(APIFailureFailure())))
            return
        }
        workflow.emit(.updateResponse(protocolInstanceID: update.protocolInstanceID, .accepted))
        let outcome = WorkflowCommand.updateResponse(
            protocolInstanceID: update.protocolInstanceID, .completed(.success(APIPayloads())))
        if dice.once(in: 2) {
            workflow.timer {
                self.workflow.emit(outcome)
                self.turn()
            }
        } else {
            workflow.emit(outcome)
            turn()
        }
    }
}
