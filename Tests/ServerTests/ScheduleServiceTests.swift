import Engine
import Foundation
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import Server

@Suite struct ScheduleServiceTests {
    private static var configuration: MillraceServer.Configuration {
        var configuration = MillraceServer.Configuration()
        configuration.searchAttributes = ["Team": .keyword]
        return configuration
    }

    @Test(arguments: Way.allCases) func aTriggerRunsAWorkflow(way: Way) async throws {
        try await way.withServer { _, client in
            try await client.createSchedule("s")
            let _: APIPatchScheduleResponse = try await client.call(WorkflowService.patchSchedule) {
                $0.namespace = "default"
                $0.scheduleID = "s"
                $0.patch.triggerImmediately = .init()
            }
            let task = try await client.pollWorkflowTask()
            #expect(task.workflowExecution.workflowID.hasPrefix("flow-2"))
            try await client.complete(task, .complete("\"done\""))
            let description = try await client.describeSchedule("s")
            #expect(description.info.actionCount == 1)
            #expect(description.info.recentActions.map(\.startWorkflowStatus) == [.completed])
            #expect(description.schedule.spec.interval.map(\.interval.seconds) == [86_400])
        }
    }

    /// One that is due soon, on the server's own clock and threads.
    @Test func aTimeOfTheSpecRunsAWorkflow() async throws {
        try await Way.inProcess.withServer { _, client in
            try await client.createSchedule("s") { request in
                request.schedule.spec.interval[0].interval.seconds = 1
                request.schedule.state.limitedActions = true
                request.schedule.state.remainingActions = 2
                request.schedule.policies.overlapPolicy = .allowAll
            }
            for _ in 0..<2 { try await client.complete(try await client.pollWorkflowTask(), .complete("\"done\"")) }
            let description = try await client.describeSchedule("s")
            #expect(description.info.actionCount == 2 && description.schedule.state.remainingActions == 0)
            #expect(description.info.recentActions.allSatisfy { $0.startWorkflowStatus == .completed })
        }
    }

    @Test(arguments: Way.allCases) func listsAndCounts(way: Way) async throws {
        try await way.withServer(Self.configuration) { _, client in
            for number in 1...5 {
                try await client.createSchedule("s\(number)") { request in
                    request.schedule.state.paused = number > 3
                    request.memo.fields["n"] = .json("\(number)")
                    request.searchAttributes.indexedFields["Team"] = .json(number == 1 ? "\"blue\"" : "\"red\"")
                }
            }
            try await client.start("a workflow")
            #expect(try await client.scheduleIDs() == ["s5", "s4", "s3", "s2", "s1"])
            #expect(try await client.scheduleIDs("TemporalSchedulePaused = true") == ["s5", "s4"])
            #expect(try await client.scheduleIDs("Team = 'blue'") == ["s1"])
            #expect(try await client.scheduleIDs("ScheduleId = 's2' OR ScheduleId STARTS_WITH 's4'") == ["s4", "s2"])
            #expect(try await client.scheduleIDs("ScheduleId IN ('s1', 's9')") == ["s1"])
            let count: APICountSchedulesResponse = try await client.call(WorkflowService.countSchedules) {
                $0.namespace = "default"
                $0.query = "Team = 'red'"
            }
            #expect(count.count == 4)
            // Lists of workflows show none of them.
            #expect(try await client.list().map(\.execution.workflowID) == ["a workflow"])
            let first: APIListSchedulesResponse = try await client.call(WorkflowService.listSchedules) {
                $0.namespace = "default"
                $0.maximumPageSize = 3
            }
            let second: APIListSchedulesResponse = try await client.call(WorkflowService.listSchedules) {
                $0.namespace = "default"
                $0.maximumPageSize = 3
                $0.nextPageToken = first.nextPageToken
            }
            #expect((first.schedules + second.schedules).map(\.scheduleID) == ["s5", "s4", "s3", "s2", "s1"])
            #expect(second.nextPageToken.isEmpty)
            let entry = try #require(second.schedules.last)
            #expect(entry.memo.fields["n"] == .json("1"))
            #expect(entry.searchAttributes.indexedFields.keys.elementsEqual(["Team"]))
            #expect(entry.info.workflowType.name == "Test" && entry.info.futureActionTimes.count == 5)
        }
    }

    @Test func queriesOverWhatSchedulesDoNotHave() async throws {
        try await Way.inProcess.withServer { _, client in
            for (query, name) in [
                ("WorkflowId = 'x'", "WorkflowId"), ("ExecutionStatus = 'Running'", "ExecutionStatus"),
                ("GROUP BY ExecutionStatus", "ExecutionStatus"), ("ORDER BY StartTime", "StartTime"),
                ("TemporalNamespaceDivision IS NULL", "TemporalNamespaceDivision"),
            ] {
                let error = await #expect(throws: RPCError.self, "\(query)") { try await client.scheduleIDs(query) }
                #expect(error?.code == .invalidArgument)
                #expect(error?.message == "invalid query filter for schedules: cannot filter on \"\(name)\"")
            }
            let unknown = await #expect(throws: RPCError.self) { try await client.scheduleIDs("Foo = 1") }
            #expect(unknown?.message == "invalid query: invalid search attribute: Foo")
        }
    }

    @Test func schedulesArePromised() async throws {
        try await Way.inProcess.withServer { _, client in
            let info: APIGetSystemInfoResponse = try await client.call(WorkflowService.getSystemInfo)
            #expect(info.capabilities.supportsSchedules)
            let namespace: APIDescribeNamespaceResponse = try await client.call(WorkflowService.describeNamespace) {
                $0.namespace = "default"
            }
            #expect(namespace.namespaceInfo.supportsSchedules)
        }
    }
}

extension TestClient {
    /// Creates a schedule that is due once a day.
    fileprivate func createSchedule(
        _ id: String, _ change: (inout APICreateScheduleRequest) -> Void = { _ in }
    ) async throws {
        let _: APICreateScheduleResponse = try await call(WorkflowService.createSchedule) { request in
            request.namespace = namespace
            request.scheduleID = id
            request.requestID = UUID().uuidString
            request.schedule.spec.interval = [.with { $0.interval.seconds = 86_400 }]
            request.schedule.action.startWorkflow.workflowID = "flow"
            request.schedule.action.startWorkflow.workflowType.name = "Test"
            request.schedule.action.startWorkflow.taskQueue.name = "queue"
            change(&request)
        }
    }

    fileprivate func describeSchedule(_ id: String) async throws -> APIDescribeScheduleResponse {
        try await call(WorkflowService.describeSchedule) {
            $0.namespace = namespace
            $0.scheduleID = id
        }
    }

    @discardableResult
    fileprivate func scheduleIDs(_ query: String = "") async throws -> [String] {
        let response: APIListSchedulesResponse = try await call(WorkflowService.listSchedules) {
            $0.namespace = namespace
            $0.query = query
        }
        return response.schedules.map(\.scheduleID)
    }
}
