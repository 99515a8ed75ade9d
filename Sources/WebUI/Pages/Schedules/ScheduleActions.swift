import SwiftProtobuf
import WireAPI
import WireRPC

/// What the forms of a schedule's page do.
enum ScheduleActions {
    private static let defaultNote = "(no reason given)"

    static func pause(_ request: PageRequest) async throws -> Answer {
        var patch = APISchedulePatch()
        // The text itself says that there is something to do, so it must not be empty.
        patch.pause = request.form.text("note") ?? defaultNote
        return try await apply(patch, request, "The schedule is paused.")
    }

    static func unpause(_ request: PageRequest) async throws -> Answer {
        var patch = APISchedulePatch()
        patch.unpause = request.form.text("note") ?? defaultNote
        return try await apply(patch, request, "The schedule goes on.")
    }

    static func trigger(_ request: PageRequest) async throws -> Answer {
        var patch = APISchedulePatch()
        patch.triggerImmediately.overlapPolicy = try overlap(request)
        return try await apply(patch, request, "Triggered. The run is listed below once it has started.")
    }

    /// What is to happen if a run is open.
    static func overlap(_ request: PageRequest) throws -> APIScheduleOverlapPolicy {
        let name = request.form["overlap"] ?? ""
        guard let policy = OverlapText.policy(named: name) else {
            throw PageError.badRequest("There is no overlap policy \"\(name)\".")
        }
        return policy
    }

    static func apply(_ patch: APISchedulePatch, _ request: PageRequest, _ done: String) async throws -> Answer {
        try await request.patchSchedule(patch)
        return .redirect(to: request.links.schedule(request.namespace, request.scheduleID), notice: .done(done))
    }

    // MARK: Delete

    static func confirmDelete(_ request: PageRequest) async throws -> Page {
        let description = try await request.describeSchedule()
        let open = description.info.runningWorkflows.count
        let body = Confirmation(
            question: "Delete the schedule \(request.scheduleID)?",
            explanation: """
                <p>It starts nothing any more and cannot be brought back. What it has started stays\
                \(if: open > 0, ", and \(open == 1 ? "the open run goes" : "the \(open) open runs go") on").</p>
                """,
            action: request.links.schedule(request.namespace, request.scheduleID, .delete), token: request.token,
            confirm: "Delete", back: request.links.schedule(request.namespace, request.scheduleID))
        return Page(
            "Delete \(request.scheduleID)", in: ScheduleSection.navigation, namespace: request.namespace,
            body: "<h1>Delete a schedule</h1>\(body)")
    }

    static func delete(_ request: PageRequest) async throws -> Answer {
        guard request.form["confirmed"] == "yes" else { return .page(try await confirmDelete(request)) }
        var delete = APIDeleteScheduleRequest()
        delete.namespace = request.namespace
        delete.scheduleID = request.scheduleID
        delete.identity = request.service.identity
        _ = try await request.service.call(WorkflowService.deleteSchedule, delete)
        return .redirect(
            to: request.links.schedules(request.namespace),
            notice: .done("The schedule \(request.scheduleID) is deleted."))
    }
}
