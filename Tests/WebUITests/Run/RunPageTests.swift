import Hummingbird
import HummingbirdTesting
import MillraceTesting
import Server
import Testing
import WireAPI
import WireRPC

@testable import WebUI

@Suite struct RunPageTests {
    private static let id = "a/b <script>"
    private static let path = "/namespaces/default/workflows/a%2Fb%20%3Cscript%3E"

    /// Pages of a server with one run that nobody works on.
    private static func withRun(_ body: @Sendable (TestPages, String) async throws -> Void) async throws {
        let server = try await TestServer.start()
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = id
        request.workflowType.name = "Import"
        request.taskQueue.name = "nobody"
        request.input.payloads = [.json(#"[{"city": "Oslo", "rank": 1}]"#)]
        request.requestID = "1"
        let run = try await server.server.connection.call(
            WorkflowService.startWorkflowExecution, request, options: CallOptions()
        ).runID
        try await TestPages.run(Sections.routes, connection: server.server.connection) { try await body($0, run) }
        await server.stop()
    }

    @Test func latestRunIsFound() async throws {
        try await Self.withRun { pages, run in
            let answer = try await pages.get(Self.path)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "\(Self.path)/\(run)/history")
            #expect(try await pages.get("/namespaces/default/workflows/none").status == .notFound)
        }
    }

    @Test func everyViewIsShownAndEscaped() async throws {
        try await Self.withRun { pages, run in
            for tab in RunTab.allCases {
                let answer = try await pages.get("\(Self.path)/\(run)/\(tab.rawValue)")
                #expect(answer.status == .ok, "\(tab)")
                #expect(answer.text.contains("a/b &lt;script&gt;"), "\(tab)")
                #expect(!answer.text.contains("b <script>"), "\(tab)")
            }
            let page = try await pages.get("\(Self.path)/\(run)/history").text
            #expect(page.contains("No worker polls the task queue nobody."))
            // A list of records is a table.
            #expect(page.contains("<td data-label=\"city\"><div>Oslo</div></td>"))
            for form in ["full", "json"] {
                let history = try await pages.get("\(Self.path)/\(run)/history?form=\(form)")
                #expect(history.status == .ok && history.text.contains("Oslo"))
            }
        }
    }

    @Test func historyIsDownloadedAsOthersReadIt() async throws {
        try await Self.withRun { pages, run in
            let answer = try await pages.get("\(Self.path)/\(run)/history.json")
            #expect(answer.headers[.contentDisposition]?.contains("a_b__script_") == true)
            let history = try APIHistory(jsonString: answer.text)
            #expect(history.events.first?.eventType == .workflowExecutionStarted)
        }
    }

    @Test func signalsAreSentAndErrorsShownAtTheForm() async throws {
        try await Self.withRun { pages, run in
            let token = CrossSiteToken.make()
            let headers: HTTPFields = [.cookie: "\(CrossSiteToken.cookieName)=\(token)"]
            let form = "\(Self.path)/\(run)/actions/signal"
            let wrong = try await pages.post(
                form, "\(CrossSiteToken.fieldName)=\(token)&name=go&input=oops", headers: headers)
            #expect(wrong.text.contains("This is not JSON"))
            #expect(wrong.text.contains("value=\"go\""))
            let sent = try await pages.post(
                form, "\(CrossSiteToken.fieldName)=\(token)&name=go&input=%22now%22", headers: headers)
            #expect(sent.status == .seeOther)
            let page = try await pages.get("\(Self.path)/\(run)/relationships").text
            #expect(page.contains(">go</a>"))
        }
    }

    @Test func terminationNeedsAFormAndSaysWhy() async throws {
        try await Self.withRun { pages, run in
            let address = "\(Self.path)/\(run)/actions/terminate"
            #expect(try await pages.get(address).text.contains("cannot be undone"))
            #expect(try await pages.post(address, "reason=x").status == .forbidden)
            let token = CrossSiteToken.make()
            _ = try await pages.post(
                address, "\(CrossSiteToken.fieldName)=\(token)&reason=no+longer+needed",
                headers: [.cookie: "\(CrossSiteToken.cookieName)=\(token)"])
            let page = try await pages.get("\(Self.path)/\(run)/history").text
            #expect(page.contains("Terminated: no longer needed"))
            #expect(!page.contains("data-live="))
        }
    }

    @Test func whatTheServerDoesNotServeIsNotOffered() async throws {
        let actions = await RunActions.offered(Service(connection: RefusingConnection()))
        #expect(!actions.offered.contains(.reset) && !actions.offered.contains(.update))
        let known = await RunActions.offered(
            Service(connection: RefusingConnection(error: RPCError(.invalidArgument, "no execution"))))
        #expect(known.offered == Set(RunAction.allCases))
    }
}
