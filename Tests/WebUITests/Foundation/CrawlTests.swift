import Hummingbird
import HummingbirdTesting
import MillraceTesting
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import WebUI

/// Follows every link there is, on a server whose ids, types and payloads are full of markup.
@Suite struct CrawlTests {
    private static let hostile = "\"><script>alert(1)</script>&'/?#%2F\u{202E}é"
    private static let maximumCount = 250

    @Test func everyPageIsThereAndHoldsTextAsText() async throws {
        let server = try await TestServer.start()
        try await fill(server.server.connection)
        let app = WebServer.application(.init(), connection: server.server.connection)
        try await app.test(.router) { client in
            var crawler = Crawler(pages: TestPages(client: client))
            try await crawler.run(from: "/", limit: Self.maximumCount)
            // A crawl that finds little has not followed the links.
            #expect(crawler.count > 20)
        }
        await server.stop()
    }

    private func fill(_ connection: any ServiceConnection) async throws {
        for index in 0..<3 {
            var start = APIStartWorkflowExecutionRequest()
            start.namespace = "default"
            start.workflowID = "\(index)\(Self.hostile)"
            start.workflowType.name = "Type\(Self.hostile)"
            start.taskQueue.name = "queue\(Self.hostile)"
            start.requestID = "\(index)"
            start.identity = Self.hostile
            start.input.payloads = [
                .json("[{\"</td><script>\": \"</script>\"}]"), .json("\"</pre><script>alert(1)</script>\""),
            ]
            start.memo.fields[Self.hostile] = .json("\"<b>\"")
            start.userMetadata.summary = .json("\"<i>summary</i>\"")
            _ = try await connection.call(WorkflowService.startWorkflowExecution, start, options: CallOptions())
        }
        var execution = APIWorkflowExecution()
        execution.workflowID = "0\(Self.hostile)"
        var signal = APISignalWorkflowExecutionRequest()
        signal.namespace = "default"
        signal.workflowExecution = execution
        signal.signalName = Self.hostile
        signal.input.payloads = [.json("\"<u>\"")]
        _ = try await connection.call(WorkflowService.signalWorkflowExecution, signal, options: CallOptions())
        var end = APITerminateWorkflowExecutionRequest()
        end.namespace = "default"
        end.workflowExecution.workflowID = "1\(Self.hostile)"
        end.reason = Self.hostile
        _ = try await connection.call(WorkflowService.terminateWorkflowExecution, end, options: CallOptions())
    }
}

private struct Crawler {
    let pages: TestPages
    private(set) var count = 0
    private var seen: Set<String> = []

    init(pages: TestPages) {
        self.pages = pages
    }

    mutating func run(from start: String, limit: Int) async throws {
        var waiting = [start]
        while let address = waiting.popLast(), count < limit {
            guard seen.insert(address).inserted else { continue }
            count += 1
            let answer = try await pages.get(address)
            #expect([200, 303].contains(answer.status.code), "\(address): \(answer.status)")
            if let location = answer.headers[.location] { waiting.insert(location, at: 0) }
            guard answer.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
            let problems = MarkupCheck.problems(answer.text)
            #expect(problems == [], "\(address)")
            #expect(!answer.text.contains("<script>"), "\(address)")
            #expect(!answer.text.contains("<b>") || !answer.text.contains("alert(1)</script>"), "\(address)")
            waiting.insert(contentsOf: Self.links(answer.text), at: 0)
        }
    }

    /// The addresses of our own that a page links to, without what is sent for as long as somebody looks.
    private static func links(_ html: String) -> [String] {
        html.split(separator: "href=\"").dropFirst().compactMap { part in
            let address = part.prefix { $0 != "\"" && $0 != "#" }.replacing("&amp;", with: "&")
            guard address.hasPrefix("/"), !address.hasPrefix("/assets/"), !address.contains("/live") else { return nil }
            return String(address)
        }
    }
}
