import SwiftProtobuf
import WireAPI
import WireRPC

/// What can be done to a run.
enum RunAction: String, CaseIterable, Sendable {
    case signal, update, cancel, reset, terminate
    case startAgain = "start-again"

    var title: String {
        switch self {
        case .signal: "Send a signal"
        case .update: "Send an update"
        case .cancel: "Request cancellation"
        case .reset: "Reset"
        case .terminate: "Terminate"
        case .startAgain: "Start again"
        }
    }

    /// Whether it is for runs that are not closed.
    var needsOpenRun: Bool {
        switch self {
        case .signal, .update, .cancel, .terminate: true
        case .reset, .startAgain: false
        }
    }

    var isDangerous: Bool { self == .terminate }
}

/// The actions a server offers.
struct RunActions: Sendable {
    var offered: Set<RunAction>

    /// Asks the server: one that does not know a call says so, one that does finds fault with an empty request.
    static func offered(_ service: Service) async -> RunActions {
        async let reset = isServed(WorkflowService.resetWorkflowExecution, APIResetWorkflowExecutionRequest(), service)
        async let update = isServed(
            WorkflowService.updateWorkflowExecution, APIUpdateWorkflowExecutionRequest(), service)
        var offered: Set<RunAction> = [.signal, .cancel, .terminate, .startAgain]
        if await reset { offered.insert(.reset) }
        if await update { offered.insert(.update) }
        return RunActions(offered: offered)
    }

    private static func isServed<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, _ service: Service
    ) async -> Bool {
        do {
            _ = try await service.call(method, request, timeout: .seconds(3))
            return true
        } catch let error as RPCError {
            return error.code == .invalidArgument || error.code == .notFound
        } catch {
            return false
        }
    }

    func available(_ run: RunSnapshot) -> [RunAction] {
        RunAction.allCases.filter { offered.contains($0) && (run.isOpen || !$0.needsOpenRun) }
    }

    func menu(_ run: RunSnapshot) -> HTML {
        let actions = available(run)
        guard let first = actions.first(where: { $0 == (run.isOpen ? .cancel : .startAgain) }) else { return .empty }
        let rest = actions.filter { $0 != first }
        return """
            <a class="button" href="\(run.key.action(first.rawValue))">\(first.title)</a>\
            \(if: !rest.isEmpty, list(rest, run))
            """
    }

    private func list(_ actions: [RunAction], _ run: RunSnapshot) -> HTML {
        """
        <details class="menu"><summary class="button">More\(Icon.more)</summary><div class="menu-body">\
        \(each: actions, { action in
            let danger: HTML = action.isDangerous ? " class=\"danger\"" : ""
            return "<a\(danger) href=\"\(run.key.action(action.rawValue))\">\(action.title)</a>"
        })</div></details>
        """
    }
}
