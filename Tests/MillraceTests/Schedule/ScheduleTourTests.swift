import Foundation
import Millrace
import Testing
import WireAPI
import WireRPC

/// The section on schedules of `docs/api-tour.md`, as code.
@Suite struct ScheduleTourTests {
    private let service = FakeService()
    private var client: Client { Client(connection: service) }
    private let monday = Date(timeIntervalSince1970: 1_785_715_200)
    private var tuesday: Date { monday + 86_400 }

    @Test func creating() async throws {
        service.on(WorkflowService.createSchedule, answer: .init())
        let hourly = try await client.schedules.create(
            "hourly-stories", every: .hours(1), start: TwoSteps.run(limit: 10), id: "stories", taskQueue: "hackernews")
        try await client.schedules.create(
            "report", .daily(at: "07:30", in: "Europe/Berlin"),
            start: TwoSteps.run(limit: 1), id: "report", taskQueue: "reports",
            options: WorkflowOptions(runTimeout: .hours(1)))
        #expect(hourly.id == "hourly-stories")

        var nightly = Schedule(
            .daily(at: "02:00"), start: .run(TwoSteps.run(limit: 1), id: "import", taskQueue: "imports"))
        nightly.policy.overlap = .bufferOne
        nightly.policy.catchUpWindow = .hours(6)
        nightly.policy.pausesOnFailure = true
        nightly.remainingActions = 30
        nightly.note = "until the move"
        try await client.schedules.create(
            "nightly", nightly, memo: ["owner": "ann"], searchAttributes: [.keyword("Team", "data")],
            triggersImmediately: true, backfilling: [ScheduleBackfill(from: monday, to: tuesday, overlap: .allowAll)])
        let python = ScheduleAction.run(workflow: "GreetSomeone", "World", id: "greet", taskQueue: "python")
        try await client.schedules.create("greet", Schedule(.every(.hours(1)), start: python))
        #expect(service.requests(WorkflowService.createSchedule).count == 4)
    }

    @Test func times() throws {
        let specs: [ScheduleSpec] = [
            .every(.minutes(15), offset: .minutes(5)),
            .weekly(on: .monday, .thursday, at: "09:00", "17:00", in: "America/New_York"),
            .monthly(on: 1, 15, at: "06:00"),
            .yearly(on: .april, 1, at: "08:00"),
            .cron("0 12 * * MON-FRI", in: "Europe/Berlin"),
            .calendar(ScheduleCalendar(minutes: [.range(0...59, step: 20)], hours: [.range(9...17)])),
            ScheduleSpec.daily(at: "07:30")
                .and(.every(.hours(6)))
                .except(.allDay(.december, 25), .allDay(.sunday))
                .jitter(upTo: .minutes(2))
                .from(monday).until(tuesday),
        ]
        for spec in specs { try spec.validate() }
    }

    @Test func managing() async throws {
        let action = ScheduleAction.run(TwoSteps.run(limit: 10), id: "stories", taskQueue: "hackernews")
        let wire = try await Schedule(.every(.hours(1)), start: action).wire(.default)
        service.on(WorkflowService.describeSchedule, answer: .with { $0.schedule = wire })
        service.on(WorkflowService.updateSchedule, answer: .init())
        service.on(WorkflowService.patchSchedule, answer: .init())
        service.on(WorkflowService.listScheduleMatchingTimes, answer: .with { $0.startTime = [.init()] })
        service.on(WorkflowService.deleteSchedule, answer: .init())
        service.on(WorkflowService.listSchedules, answer: .with { $0.schedules = [.with { $0.scheduleID = "s" }] })
        service.on(WorkflowService.countSchedules, answer: .with { $0.count = 1 })

        let handle = client.schedules["hourly-stories"]
        let description = try await handle.describe()
        #expect(description.schedule.spec == .every(.hours(1)))
        #expect(description.info.upcoming.isEmpty)
        let arguments = try await description.schedule.action.arguments
        let limit = try arguments.decode(Int.self, at: 0)
        #expect(limit == 10)

        try await handle.update { schedule in
            schedule.spec = .every(.hours(2))
            schedule.policy.overlap = .bufferOne
            schedule.action.replace(with: TwoSteps.run(limit: 20))
        }
        try await handle.pause(note: "the site is down")
        try await handle.unpause()
        try await handle.trigger(overlap: .allowAll)
        try await handle.backfill(from: monday, to: tuesday)
        #expect(try await handle.matchingTimes(from: monday, to: tuesday).count == 1)
        try await handle.delete()

        for try await schedule in client.schedules.list("TemporalSchedulePaused = false") {
            #expect(schedule.id == "s" && schedule.upcoming.isEmpty)
        }
        #expect(try await client.schedules.count("TemporalSchedulePaused = true").count == 1)
    }
}
