import Hummingbird
import MillraceTesting
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import HTTPAPI

/// Answers of a real server, and of its failures.
@Suite struct AnswerTests {
    private let flows = "/api/v1/namespaces/default/workflows"
    private let start = #"{"workflowType": {"name": "T"}, "taskQueue": {"name": "q"}, "input": [1, {"a": true}]}"#

    @Test func aWorkflowsLife() async throws {
        let server = try await TestServer.start()
        try await MountedAPI.run(server.server.connection) { api in
            let started = try await api.send(.post, "\(flows)/w", start)
            #expect(started.status == 200)
            #expect(started.mediaType == "application/json")
            #expect(started.json?["started"] == true)
            let again = try await api.send(.post, "\(flows)/w", start)
            #expect(again.status == 409)
            guard case .array(let details)? = again.json?["details"] else {
                Issue.record("no details: \(again.text)")
                return
            }
            #expect(
                details.first?["@type"]
                    == "type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure")
            #expect(details.first?["runId"] == started.json?["runId"])
            let history = try await api.send(.get, "\(flows)/w/history?maximumPageSize=1")
            #expect(history.text.contains(#""input":[1,{"a":true}]"#))
            let full = try await api.send(.get, "\(flows)/w/history?maximumPageSize=1&noPayloadShorthand&pretty")
            #expect(full.text.contains(#""encoding": "anNvbi9wbGFpbg==""#))
            #expect(full.mediaType == "application/json+pretty+no-payload-shorthand")
            #expect(try await api.send(.post, "\(flows)/w/terminate").text == "{}")
            #expect(try await api.send(.get, "\(flows)/w").text.contains("WORKFLOW_EXECUTION_STATUS_TERMINATED"))
        }
        await server.stop()
    }

    @Test func pathsAndMethods() async throws {
        try await MountedAPI.run(Recorder()) { api in
            let missing = try await api.send(.get, "/api/v1/nothing")
            #expect(missing.status == 404)
            #expect(missing.text == #"{"code":5,"message":"Not Found"}"#)
            for method: HTTPRequest.Method in [.post, .put, .patch, .delete, .options] {
                let answer = try await api.send(method, "/api/v1/system-info")
                #expect(answer.status == 501)
                #expect(answer.text == #"{"code":12,"message":"Method Not Allowed"}"#)
            }
        }
    }

    @Test(arguments: RPCError.Code.allCases.filter { $0 != .ok })
    func failuresHaveTheirStatus(code: RPCError.Code) async throws {
        try await MountedAPI.run(Refuser(error: RPCError(code, "why"))) { api in
            let answer = try await api.send(.get, "/api/v1/system-info")
            #expect(answer.status == ErrorAnswer.httpStatus(code))
            #expect(answer.code == code)
            #expect(answer.message == "why")
        }
    }

    @Test func unknownDetailsKeepTheirType() async throws {
        var error = RPCError(.notFound, "")
        error.details = [
            .with {
                $0.typeURL = "type.googleapis.com/a.B"
                $0.value = .init([8, 1])
            }
        ]
        try await MountedAPI.run(Refuser(error: error)) { api in
            let answer = try await api.send(.get, "/api/v1/system-info")
            #expect(answer.text == #"{"code":5,"details":[{"@type":"type.googleapis.com/a.B"}]}"#)
        }
    }
}
