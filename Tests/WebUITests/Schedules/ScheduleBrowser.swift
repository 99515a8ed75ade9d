import Foundation
import Hummingbird
import HummingbirdTesting
import MillraceTesting
import SwiftProtobuf
import WireAPI
import WireRPC

@testable import WebUI

/// Uses the pages of schedules as a browser without script does, on a server in this process.
struct ScheduleBrowser {
    struct Answer {
        var status: Int
        var text: String
        var location: String?
    }

    static let root = "/namespaces/default/schedules"
    /// Other suites may keep all threads busy for long.
    private static let options = CallOptions(timeout: .seconds(120))
    private static let token = "0123456789abcdef0123456789abcdef"

    let client: any TestClientProtocol
    let connection: any ServiceConnection

    static func run(_ body: @Sendable @escaping (ScheduleBrowser) async throws -> Void) async throws {
        let server = try await TestServer.start()
        let connection = server.server.connection
        do {
            try await WebServer.application(.init(), connection: connection).test(.router) {
                try await body(ScheduleBrowser(client: $0, connection: connection))
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    // MARK: Pages

    func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    func post(_ path: String, _ fields: [(String, String)], hasToken: Bool = true) async throws -> Answer {
        let token = hasToken ? [(CrossSiteToken.fieldName, Self.token)] : []
        let body = Fields(token + fields.filter { $0.0 != CrossSiteToken.fieldName }).encoded
        return try await send(.post, path, body)
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Answer {
        var headers: HTTPFields = [.cookie: "\(CrossSiteToken.cookieName)=\(Self.token)"]
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(
                status: response.status.code, text: String(buffer: response.body),
                location: response.headers[.location])
        }
    }

    // MARK: The server

    func create(_ id: String, _ change: (inout APISchedule) -> Void = { _ in }) async throws {
        var request = APICreateScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        request.requestID = UUID().uuidString
        request.schedule.spec.interval = [.with { $0.interval = .init(seconds: 3_600, nanos: 0) }]
        request.schedule.action.startWorkflow.workflowID = "run"
        request.schedule.action.startWorkflow.workflowType.name = "Report"
        request.schedule.action.startWorkflow.taskQueue.name = "q"
        change(&request.schedule)
        let _: APICreateScheduleResponse = try await connection.call(
            WorkflowService.createSchedule, request, options: Self.options)
    }

    func describe(_ id: String) async throws -> APIDescribeScheduleResponse {
        var request = APIDescribeScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        return try await connection.call(WorkflowService.describeSchedule, request, options: Self.options)
    }
}

/// The fields of the form that a page has for changing a schedule, as a browser would send them.
enum FormFields {
    static func fields(in page: String) -> [(String, String)] {
        guard let start = page.range(of: "class=\"schedule-form\""),
            let end = page.range(of: "</form>", range: start.upperBound..<page.endIndex)
        else { return [] }
        let form = String(page[start.upperBound..<end.lowerBound])
        let controls = /<input([^>]*)>|<textarea([^>]*)>\n([^<]*)<\/textarea>|<select([^>]*)>(.*?)<\/select>/
        return form.matches(of: controls.dotMatchesNewlines()).compactMap { match in
            if let input = match.output.1 { return self.input(String(input)) }
            if let area = match.output.2, let name = attribute("name", String(area)) {
                return (name, text(String(match.output.3 ?? "")))
            }
            guard let select = match.output.4, let name = attribute("name", String(select)) else { return nil }
            let options = String(match.output.5 ?? "").split(separator: "<option")
            let chosen = options.first { $0.contains(" selected") } ?? options.first
            return chosen.flatMap { attribute("value", String($0)) }.map { (name, $0) }
        }
    }

    private static func input(_ attributes: String) -> (String, String)? {
        guard let name = attribute("name", attributes) else { return nil }
        if attributes.contains("type=\"checkbox\""), !attributes.contains(" checked") { return nil }
        return (name, attribute("value", attributes) ?? "")
    }

    private static func attribute(_ name: String, _ attributes: String) -> String? {
        guard let start = attributes.range(of: " \(name)=\"") else { return nil }
        return text(String(attributes[start.upperBound...].prefix { $0 != "\"" }))
    }

    /// Without the escapes of HTML.
    static func text(_ escaped: String) -> String {
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        return names.reduce(escaped) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    /// The same with one value replaced.
    static func setting(_ name: String, _ value: String, in fields: [(String, String)]) -> [(String, String)] {
        fields.filter { $0.0 != name } + [(name, value)]
    }
}
