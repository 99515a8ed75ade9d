import Hummingbird
import NIOCore
import Testing
import WireAPI

@testable import HTTPAPI

/// Requests that nobody would send: they must be answered, and never with a server error.
@Suite struct FuzzTests {
    private static let words = [
        "api", "v1", "namespaces", "default", "workflows", "history", "signal", "query", "schedules", "%", "%2F", "%zz",
        "é", "", "..", "{x}", "task-queues", "activities", "complete", "%00", "a;b", "update", "%FF", "?", "#", "*",
    ]
    private static let keys = [
        "execution", "execution.runId", "pageSize", "page_size", "query", "nextPageToken", "waitNewEvent", "a.b.c", ".",
        "historyEventFilterType", "taskQueueTypes", "pretty", "", "startTime", "versions.buildIds", "taskQueue.kind",
    ]
    private static let values = [
        "", "1", "-1", "99999999999999999999", "true", "x", "%", "%41", "AAAA", "=", "+", "2026-01-01T00:00:00Z",
        "\u{7F}",
        "1e400", "0001-01-01T00:00:00Z",
    ]
    private static let fragments = [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "1", "-", "1e999", "\"input\"", "\"payloads\"",
        "\"metadata\"",
        "\"data\"", "\"\\ud800\"", "\"taskQueue\"", "\"name\"", "\"workflowRunTimeout\"", "\"1s\"", "\"encoding\"", " ",
        "\"memo\"", "\"fields\"", "\"x\"", "\u{0}", "\"retryPolicy\"", "\"_protoMessageType\"", "\"QQ==\"",
    ]

    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }

        mutating func pick<Element>(_ list: [Element], default fallback: Element) -> Element {
            list.randomElement(using: &self) ?? fallback
        }

        mutating func many(_ limit: Int, _ list: [String], joined: String) -> String {
            (0..<Int.random(in: 0..<limit, using: &self)).map { _ in pick(list, default: "") }.joined(separator: joined)
        }
    }

    @Test(arguments: 1...8) func anythingIsAnswered(seed: UInt64) async throws {
        try await MountedAPI.run(Recorder()) { api in
            var random = Random(state: seed)
            for _ in 0..<400 {
                let isPlausible = Bool.random(using: &random)
                let path =
                    isPlausible
                    ? "/api/v1/namespaces/default/workflows/w"
                        + random.pick(["", "/history", "/signal/s", "/query/q"], default: "")
                    : "/api/v1/" + random.many(8, Self.words, joined: "/")
                let query = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    random.pick(Self.keys, default: "") + "=" + random.pick(Self.values, default: "")
                }
                let method = random.pick([HTTPRequest.Method.get, .post, .delete, .put], default: .get)
                let body = random.many(24, Self.fragments, joined: "")
                let uri = query.isEmpty ? path : path + "?" + query.joined(separator: "&")
                let answer = try await api.send(method, uri, body)
                #expect(answer.status < 500 || answer.status == 501, "\(method) \(uri) \(body): \(answer.text)")
            }
        }
    }

    @Test func bytesAreNoBody() async throws {
        try await MountedAPI.run(Recorder()) { api in
            var random = Random(state: 7)
            for length in 1..<200 {
                let bytes = (0..<length).map { _ in UInt8.random(in: 0x80...0xFF, using: &random) }
                let answer = try await api.send(
                    .post, "/api/v1/namespaces/default/workflows/w", ByteBuffer(bytes: bytes))
                #expect(answer.status == 400)
            }
        }
    }

    @Test func depthIsRefused() async throws {
        try await MountedAPI.run(Recorder()) { api in
            for count in [50, 200, 511, 513, 100_000] {
                let open = String(repeating: "[", count: count), close = String(repeating: "]", count: count)
                let answer = try await api.send(
                    .post, "/api/v1/namespaces/default/workflows/w", #"{"input": [\#(open)\#(close)]}"#)
                #expect(answer.status == (count > 500 ? 400 : 200), "\(count)")
                let failure =
                    String(repeating: #"{"cause":"#, count: count) + "{}" + String(repeating: "}", count: count)
                let nested = try await api.send(
                    .post, "/api/v1/namespaces/default/activity-fail", #"{"failure":\#(failure)}"#)
                #expect(nested.status == (count > 90 ? 400 : 200), "\(count)")
            }
        }
    }
}
