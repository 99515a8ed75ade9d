import Hummingbird
import NIOCore
import Testing
import WireAPI
import WireRPC

@testable import HTTPAPI

/// What calls are made of requests.
@Suite struct RequestTests {
    private let flows = "/api/v1/namespaces/default/workflows"

    @Test func queriesBecomeFields() async throws {
        let recorder = Recorder()
        try await MountedAPI.run(recorder) { api in
            let query =
                "maximumPageSize=7&execution.run_id=r&waitNewEvent=T&nextPageToken=AP8_&historyEventFilterType=2"
            #expect(try await api.send(.get, "\(flows)/a%2Fb%20c/history?\(query)&foo=1").status == 200)
            let request = try recorder.last(APIGetWorkflowExecutionHistoryRequest.self)
            #expect(request.namespace == "default")
            #expect(request.execution.workflowID == "a/b c")
            #expect(request.execution.runID == "r")
            #expect(request.maximumPageSize == 7)
            #expect(request.waitNewEvent)
            #expect(Array(request.nextPageToken) == [0, 255, 63])
            #expect(request.historyEventFilterType == .closeEvent)
            _ = try await api.send(
                .get,
                "/api/v1/namespaces/n/schedules/s/matching-times?startTime=2026-01-02T03:04:05.5Z&namespace=other"
                    + "&scheduleId=t")
            let times = try recorder.last(APIListScheduleMatchingTimesRequest.self)
            #expect(times.startTime.seconds == 1_767_323_045 && times.startTime.nanos == 500_000_000)
            #expect(times.namespace == "n" && times.scheduleID == "s")
            _ = try await api.send(.get, "/api/v1/namespaces/n/task-queues/q?taskQueueTypes=1&taskQueueTypes=2")
            #expect(try recorder.last(APIDescribeTaskQueueRequest.self).taskQueueTypes == [.workflow, .activity])
        }
    }

    @Test(arguments: [
        ("maximumPageSize=x", #"parsing field "maximum_page_size": strconv.ParseInt: parsing "x": invalid syntax"#),
        (
            "maximum_page_size=3000000000",
            #"parsing field "maximum_page_size": strconv.ParseInt: parsing "3000000000": value out of range"#
        ),
        ("maximumPageSize=1&maximumPageSize=2", #"too many values for field "maximum_page_size": 1, 2"#),
        ("waitNewEvent=yes", #"parsing field "wait_new_event": strconv.ParseBool: parsing "yes": invalid syntax"#),
        ("historyEventFilterType=9", #"parsing field "history_event_filter_type": "9" is not a valid value"#),
        (
            "execution=a",
            #"parsing field "execution": unsupported message type: "temporal.api.common.v1.WorkflowExecution""#
        ),
        ("execution.runId.x=1", #"invalid path: "runId" is not a message"#),
    ])
    func badQueriesAreRefused(query: String, message: String) async throws {
        try await MountedAPI.run(Recorder()) { api in
            let answer = try await api.send(.get, "\(flows)/w/history?\(query)")
            #expect(answer.status == 400)
            #expect(answer.code == .invalidArgument)
            #expect(answer.message == message)
        }
    }

    @Test func bodiesBecomeFields() async throws {
        let recorder = Recorder()
        try await MountedAPI.run(recorder) { api in
            let body = """
                {"workflow_type": {"name": "T"}, "taskQueue": {"name": "q"}, "namespace": "other", "workflowId": "other",
                 "input": [1.50, null, {"_protoMessageType": "a.B", "x": 1},
                           {"metadata": {"encoding": "YQ=="}, "data": "MQ=="}, {"metadata": {"encoding": "YQ=="}}],
                 "memo": {"fields": {"m": "é"}}, "workflowRunTimeout": "1.5s", "workflowIdReusePolicy": 2,
                 "retryPolicy": null}
                """
            #expect(try await api.send(.post, "\(flows)/w", body).status == 200)
            let request = try recorder.last(APIStartWorkflowExecutionRequest.self)
            #expect(request.namespace == "default" && request.workflowID == "w")
            #expect(request.workflowType.name == "T" && request.taskQueue.name == "q")
            #expect(request.workflowRunTimeout.nanos == 500_000_000)
            #expect(request.workflowIDReusePolicy.rawValue == 2)
            #expect(!request.hasRetryPolicy)
            let encodings = request.input.payloads.map {
                String(decoding: $0.metadata["encoding"] ?? .init(), as: UTF8.self)
            }
            #expect(encodings == ["json/plain", "binary/null", "json/protobuf", "a", "json/plain"])
            let data = request.input.payloads.map { String(decoding: $0.data, as: UTF8.self) }
            #expect(data == ["1.50", "", #"{"x":1}"#, "1", #"{"metadata":{"encoding":"YQ=="}}"#])
            #expect(request.memo.fields["m"].map { String(decoding: $0.data, as: UTF8.self) } == #""é""#)
        }
    }

    @Test(arguments: [
        ("{", "unexpected EOF"), ("[]", "syntax error: unexpected token ["),
        ("null", "syntax error: unexpected token null"),
        (#"{"foo": 1}"#, #"unknown field "foo""#), (#"{"workflowType": {"foo": 1}}"#, #"unknown field "foo""#),
        (#"{"identity": "a", "identity": "b"}"#, #"duplicate field "identity""#),
        (#"{"workflowType": "T"}"#, #"syntax error: unexpected token "T""#),
        (#"{"identity": 5}"#, "invalid value for string type: 5"),
        (#"{"requestEagerExecution": "true"}"#, #"invalid value for bool type: "true""#),
        (#"{"workflowIdReusePolicy": "X"}"#, #"invalid value for enum type: "X""#),
        (#"{"workflowRunTimeout": "soon"}"#, #"invalid google.protobuf.Duration value "soon""#),
        (#"{"input": "a"}"#, #"syntax error: unexpected token "a""#),
    ])
    func badBodiesAreRefused(body: String, message: String) async throws {
        try await MountedAPI.run(Recorder()) { api in
            let answer = try await api.send(.post, "\(flows)/w", body)
            #expect(answer.status == 400)
            #expect(answer.message == message)
        }
    }

    @Test func shortFormCanBeSwitchedOff() async throws {
        try await MountedAPI.run(Recorder()) { api in
            let headers: HTTPFields = [.contentType: "application/json+no-payload-shorthand"]
            let answer = try await api.send(.post, "\(flows)/w", #"{"input": [1]}"#, headers: headers)
            #expect(answer.status == 400)
            #expect(answer.mediaType == "application/json+no-payload-shorthand")
        }
    }

    @Test func largeBodiesAreRefused() async throws {
        try await MountedAPI.run(Recorder()) { api in
            let body = ByteBuffer(repeating: UInt8(ascii: " "), count: HTTPAPI.maximumBodySize + 1)
            let answer = try await api.send(.post, "\(flows)/w", body)
            #expect(answer.status == 400)
            #expect(answer.message == "http: request body too large")
        }
    }

    @Test func headersGoOn() async throws {
        let recorder = Recorder()
        try await MountedAPI.run(recorder) { api in
            var headers: HTTPFields = [.authorization: "Bearer t", .grpcTimeout: "30S", .cookie: "c"]
            headers[try #require(.init("Grpc-Metadata-Caller-Type"))] = "api"
            headers[try #require(.init("Client-Name"))] = "me"
            _ = try await api.send(.get, "/api/v1/system-info", headers: headers)
            let options = try #require(recorder.calls.last?.options)
            #expect(options.timeout == .seconds(30))
            let metadata = options.metadata.map { "\($0.key)=\($0.value)" }.sorted()
            #expect(metadata == ["authorization=Bearer t", "caller-type=api", "client-name=me"])
            let bad = try await api.send(.get, "/api/v1/system-info", headers: [.grpcTimeout: "soon"])
            #expect(bad.status == 400)
            #expect(bad.message == "invalid grpc-timeout: soon")
        }
    }
}
