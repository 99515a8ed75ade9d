import Engine
import SwiftProtobuf
import WireAPI

/// Creates schedules of every overlap policy, and patches, changes and deletes some of them, repeating each request until
/// it is acknowledged. Their times end soon after the hostile minute, so that everything comes to rest.
///
/// Every start that is asked for has a time, and so a workflow id, of its own: two runs of one id would be one too many.
final class SimulatedSchedules {
    /// What is known of a schedule in the end.
    private struct Plan {
        var id: String
        var interval: Int64
        /// Left alone, so that each of its times can be accounted for.
        var isSteady: Bool
        var createdAt: Nanoseconds?
        var isDeleted = false
    }

    private static let policies: [APIScheduleOverlapPolicy] = [
        .skip, .bufferOne, .bufferAll, .cancelOther, .terminateOther, .allowAll,
    ]
    /// Times that are asked for lie far before those that come by themselves.
    private static let longAgo: Int64 = 1_600_000_020
    private static let lifetime: Int64 = 75
    private static let schedules = 2

    private let world: World
    private let server: SimulatedServer
    private var plans: [Plan] = []
    private var lastRequest: Int64 = 0
    /// Workflow ids of runs that acknowledged requests must have led to.
    private var promised: Set<String> = []
    private let begin: Nanoseconds

    init(world: World, server: SimulatedServer) {
        self.world = world
        self.server = server
        begin = world.now
        for (index, policy) in Self.policies.shuffled(using: &world.random).prefix(Self.schedules).enumerated() {
            let isSteady = world.random.oneIn(2)
            plans.append(Plan(id: "sched-\(index)", interval: Int64(8 + world.random.next() % 14), isSteady: isSteady))
            world.after(world.random.milliseconds(100...6_000)) { [self] in create(index, policy) }
        }
        world.after(8 * .second) { [self] in meddle() }
        world.after(2 * .second) { [self] in signalRuns() }
    }

    /// All are there and will start nothing any more.
    var isSettled: Bool { plans.allSatisfy { $0.createdAt != nil } && server.clock > lastTime + .second }

    private var lastTime: Nanoseconds { begin + (Self.lifetime + 1) * .second }

    // MARK: Requests

    private func create(_ index: Int, _ policy: APIScheduleOverlapPolicy) {
        var request = APICreateScheduleRequest()
        request.namespace = "default"
        request.scheduleID = plans[index].id
        request.requestID = "create-\(plans[index].id)"
        request.schedule = schedule(plans[index])
        request.schedule.policies.overlapPolicy = policy
        if index % 2 == 0 { request.schedule.policies.catchupWindow.seconds = 10 }
        request.schedule.policies.pauseOnFailure = !plans[index].isSteady && world.random.oneIn(2)
        // The namespace itself may have to be registered anew, if that very commit failed.
        insist(.createSchedule(request), whateverIsMissing: true) { [self] in plans[index].createdAt = world.now }
    }

    private func schedule(_ plan: Plan) -> APISchedule {
        var schedule = APISchedule()
        schedule.spec.interval = [.with { $0.interval.seconds = plan.interval }]
        schedule.spec.endTime.seconds = begin / .second + Self.lifetime
        schedule.action.startWorkflow.workflowID = plan.id
        schedule.action.startWorkflow.workflowType.name = "Script"
        schedule.action.startWorkflow.taskQueue.name = "queue"
        return schedule
    }

    /// Now and then somebody changes something.
    private func meddle() {
        guard world.isHostile else { return }
        // Not at once: a late duplicate of its creation must not come after its deletion.
        if let index = plans.indices.randomElement(using: &world.random), let createdAt = plans[index].createdAt,
            world.now > createdAt + 5 * .second
        {
            switch world.random.next() % 8 {
            case 0, 1, 2: trigger(plans[index])
            case 3, 4: backfill(plans[index])
            case 5: patch(index) { $0.pause = "for a while" }
            case 6: patch(index) { $0.unpause = "again" }
            default: if world.random.oneIn(3) { delete(index) } else { update(index) }
            }
        }
        world.after(world.random.milliseconds(1_000...6_000)) { [self] in meddle() }
    }

    private func trigger(_ plan: Plan) {
        guard !plan.isDeleted else { return }
        lastRequest += 1
        let time = Self.longAgo + lastRequest * 1_000
        var request = patchRequest(plan)
        request.patch.triggerImmediately.overlapPolicy = .allowAll
        request.patch.triggerImmediately.scheduledTime.seconds = time
        insist(.patchSchedule(request)) { [self] in promised.insert("\(plan.id)-\(Self.text(time))") }
    }

    private func backfill(_ plan: Plan) {
        guard !plan.isDeleted else { return }
        lastRequest += 1
        let from = Self.longAgo + lastRequest * 1_000
        let end = from + plan.interval * 2
        var request = patchRequest(plan)
        var backfill = APIBackfillRequest()
        backfill.startTime.seconds = from
        backfill.endTime.seconds = end
        backfill.overlapPolicy = .allowAll
        request.patch.backfillRequest = [backfill]
        insist(.patchSchedule(request)) { [self] in
            for time in from...end where time % plan.interval == 0 { promised.insert("\(plan.id)-\(Self.text(time))") }
        }
    }

    private func patch(_ index: Int, _ change: (inout APISchedulePatch) -> Void) {
        guard !plans[index].isSteady else { return }
        lastRequest += 1
        var request = patchRequest(plans[index])
        change(&request.patch)
        insist(.patchSchedule(request)) {}
    }

    private func update(_ index: Int) {
        guard !plans[index].isSteady else { return }
        lastRequest += 1
        var request = APIUpdateScheduleRequest()
        request.namespace = "default"
        request.scheduleID = plans[index].id
        request.requestID = "request-\(lastRequest)"
        request.schedule = schedule(plans[index])
        request.schedule.policies.overlapPolicy = Self.policies.randomElement(using: &world.random) ?? .skip
        if world.random.oneIn(3) {
            request.schedule.state.limitedActions = true
            request.schedule.state.remainingActions = 2
        }
        insist(.updateSchedule(request)) {}
    }

    private func delete(_ index: Int) {
        guard !plans[index].isSteady else { return }
        plans[index].isDeleted = true
        var request = APIDeleteScheduleRequest()
        request.namespace = "default"
        request.scheduleID = plans[index].id
        insist(.deleteSchedule(request)) {}
    }

    private func patchRequest(_ plan: Plan) -> APIPatchScheduleRequest {
        var request = APIPatchScheduleRequest()
        request.namespace = "default"
        request.scheduleID = plan.id
        request.requestID = "request-\(lastRequest)"
        request.patch = .init()
        return request
    }

    /// Repeats a call until it is answered. What is refused (the schedule was deleted meanwhile) has no effect.
    private func insist(_ request: EngineRequest, whateverIsMissing: Bool = false, _ done: @escaping () -> Void) {
        server.call(request) { [self] answer in
            switch answer {
            case .message: done()
            case .refused(let error) where error.code == .notFound && !whateverIsMissing: break
            case .refused(let error):
                world.note("a schedule's call is refused: \(error)")
                world.after(400 * .millisecond) { [self] in insist(request, whateverIsMissing: whateverIsMissing, done)
                }
            case .lost:
                world.after(400 * .millisecond) { [self] in insist(request, whateverIsMissing: whateverIsMissing, done)
                }
            }
        }
    }

    /// Keeps signals coming to the runs, so that no program waits for ever.
    private func signalRuns() {
        for run in server.shadow.runs.sorted(by: { $0.key < $1.key }).map(\.value)
        where !run.isClosed && run.workflowID.hasPrefix("sched-") {
            var request = APISignalWorkflowExecutionRequest()
            request.namespace = "default"
            request.workflowExecution.workflowID = run.workflowID
            request.signalName = "go on"
            server.call(.signalWorkflow(request)) { _ in }
        }
        world.after(3 * .second) { [self] in signalRuns() }
    }

    // MARK: In the end

    /// Holds what was acknowledged, and what each schedule says of itself, against the runs there are.
    func check() {
        let started = server.shadow.scheduledWorkflows
        for id in promised.sorted() where !started.contains(id) {
            world.violation("\(id) was asked for and acknowledged, but never started")
        }
        for plan in plans where plan.isSteady && !plan.isDeleted { account(for: plan) }
        world.run(for: 5 * .second)
    }

    /// Each time of a schedule that nobody changed was started, skipped, missed or dropped.
    private func account(for plan: Plan) {
        var request = APIDescribeScheduleRequest()
        request.namespace = "default"
        request.scheduleID = plan.id
        server.call(.describeSchedule(request), reliable: true) { [self] answer in
            guard case .message(let message) = answer, let found = message as? APIDescribeScheduleResponse else {
                return world.violation("\(plan.id) cannot be described: \(answer)")
            }
            let info = found.info
            let times = (info.createTime.seconds + 1...begin / .second + Self.lifetime).count {
                $0 % plan.interval == 0
            }
            let asked = server.shadow.scheduledWorkflows.count { $0.hasPrefix("\(plan.id)-2020-") }
            let taken = info.actionCount + info.overlapSkipped + info.missedCatchupWindow + info.bufferDropped
            if taken != Int64(times + asked) {
                world.violation(
                    "\(plan.id): \(times) times and \(asked) requests, but \(info.actionCount) started, "
                        + "\(info.overlapSkipped) skipped, \(info.missedCatchupWindow) missed, \(info.bufferDropped) dropped"
                )
            }
            if info.bufferSize != 0 || !info.runningWorkflows.isEmpty {
                world.violation("\(plan.id) still waits for runs that are over")
            }
        }
    }

    /// A time as it stands in workflow ids; those that are asked for all lie in the second half of September 2020.
    private static func text(_ seconds: Int64) -> String {
        let ofDay = seconds % 86_400
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = 13 + (seconds - longAgo / 86_400 * 86_400) / 86_400
        let clock = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map(padded).joined(separator: ":")
        return "2020-09-\(padded(day))T\(clock)Z"
    }
}
