import ArgumentParser
import WireAPI

/// `millrace schedule describe`
struct ScheduleDescribeCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show what is known of a schedule, with its last and next runs.")

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let response = try await session.client(connection).describeSchedule(reference.scheduleId)
        if session.isJSON {
            // Payloads as they are, with or without shorthand, as the reference shows schedules.
            session.json(try ProtoJSON.value(of: response, shorthand: false))
        } else {
            session.card(try ScheduleCard(session: session).make(reference.scheduleId, response))
        }
    }
}

/// A schedule as properties.
struct ScheduleCard {
    let session: Session

    func make(_ id: String, _ response: APIDescribeScheduleResponse) throws -> Card {
        let schedule = response.schedule
        var card = Card()
        card.add("ScheduleId", id)
        let action = schedule.action.startWorkflow
        // On a terminal words are enough; what scripts may look for is only shown where they run.
        if !session.isLive { card.add("Action", try ScheduleText.action(action)) }
        card.add("Workflow", try ScheduleWords.workflow(action))
        try addSpec(schedule.spec, to: &card)
        addPolicies(schedule.policies, to: &card)
        addState(schedule.state, to: &card)
        addInfo(response.info, to: &card)
        if response.hasSearchAttributes {
            card.add("SearchAttributes", JSONPrinter.compact(try session.protoJSON(response.searchAttributes)))
        }
        if response.hasMemo { card.add("Memo", JSONPrinter.compact(try session.protoJSON(response.memo))) }
        return card
    }

    private func addSpec(_ spec: APIScheduleSpec, to card: inout Card) throws {
        let times = try ScheduleText.times(spec)
        if !times.isEmpty, !session.isLive { card.add("Spec", ScheduleText.list(times)) }
        card.add("When", ScheduleWords.times(spec))
        let skipped = try ScheduleText.skippedTimes(spec)
        if !skipped.isEmpty, !session.isLive { card.add("SkipSpec", ScheduleText.list(skipped)) }
        if spec.hasStartTime { card.add("StartAt", session.time(spec.startTime)) }
        if spec.hasEndTime { card.add("EndAt", session.time(spec.endTime)) }
        card.add("Jitter", DurationText.formatSpaced(spec.jitter))
        card.addUnlessEmpty("TimeZoneName", spec.timezoneName)
    }

    private func addPolicies(_ policies: APISchedulePolicies, to card: inout Card) {
        card.add("OverlapPolicy", EnumText.short(policies.overlapPolicy))
        card.add("CatchupWindow", DurationText.formatSpaced(policies.catchupWindow))
        card.add("PauseOnFailure", "\(policies.pauseOnFailure)")
    }

    private func addState(_ state: APIScheduleState, to card: inout Card) {
        card.addUnlessEmpty("Notes", state.notes)
        card.add("Paused", "\(state.paused)", state.paused ? .yellow : nil)
        guard state.limitedActions else { return }
        card.add("LimitedActions", "true")
        card.add("RemainingActions", "\(state.remainingActions)")
    }

    private func addInfo(_ info: APIScheduleInfo, to card: inout Card) {
        card.add("NextRunTime", info.futureActionTimes.first.map(session.time) ?? "")
        card.add("LastRunTime", info.recentActions.last.map { session.time($0.scheduleTime) } ?? "")
        card.add("RunningWorkflows", ScheduleText.list(info.runningWorkflows.map(\.workflowID)))
        card.add("CreatedAt", session.time(info.createTime))
        if info.hasUpdateTime { card.add("LastUpdateAt", session.time(info.updateTime)) }
        card.add("ActionCounts", ScheduleText.counts(info))
        if !info.invalidScheduleError.isEmpty { card.add("InvalidScheduleError", info.invalidScheduleError, .red) }
    }
}
