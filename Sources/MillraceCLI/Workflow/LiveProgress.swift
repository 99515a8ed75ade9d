import SwiftProtobuf
import Synchronization
import WireAPI

/// Shows the steps of a running execution on a terminal, redrawn in place, until it ends.
final class LiveProgress: Sendable {
    private struct State {
        var tracker = StepTracker()
        var drawnLines = 0
        var frame = 0
    }

    private let session: Session
    private let client: ServiceClient
    private let state = Mutex(State())

    private static let redrawInterval = Duration.milliseconds(120)
    private static let pendingInterval = Duration.seconds(1)

    init(session: Session, client: ServiceClient) {
        self.session = session
        self.client = client
    }

    /// Follows the run, and those that go on from it, to the end.
    func follow(_ execution: APIWorkflowExecution) async throws -> ExecutionOutcome {
        session.heading("Progress:")
        let outcome = try await withThrowingTaskGroup(of: ExecutionOutcome?.self) { group in
            group.addTask { try await self.followChain(execution) }
            group.addTask {
                await self.redraw()
                return nil
            }
            group.addTask {
                await self.watchPending(execution.workflowID)
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw OperationError("the execution was not followed to its end")
        }
        draw(isFinal: true)
        return outcome
    }

    private func followChain(_ execution: APIWorkflowExecution) async throws -> ExecutionOutcome {
        var execution = execution
        while true {
            let outcome = try await HistoryReader(client: client).follow(execution) { events in
                state.withLock { $0.tracker.add(events) }
            }
            guard let next = outcome.nextRunID else { return outcome }
            execution.runID = next
            state.withLock { $0.tracker.beginRun() }
        }
    }

    private func redraw() async {
        while !Task.isCancelled {
            draw(isFinal: false)
            try? await Task.sleep(for: Self.redrawInterval)
        }
    }

    /// Attempts and their failures are in no history; asking for them may fail without harm.
    private func watchPending(_ workflowID: String) async {
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.execution = APIWorkflowExecution(workflowID, nil)
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.pendingInterval)
            guard let response = try? await client.call(WorkflowService.describeWorkflowExecution, request) else {
                continue
            }
            state.withLock { $0.tracker.update(pending: response.pendingActivities) }
        }
    }

    private func draw(isFinal: Bool) {
        let width = (session.context.terminal.width ?? 80) - 1
        let now = session.context.now()
        let text = state.withLock { state in
            state.frame += 1
            let lines = StepLines(style: session.style, width: width, frame: state.frame, isFinal: isFinal)
                .lines(state.tracker, now: now)
            let up = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
            state.drawnLines = lines.count
            return up + "\u{1B}[J" + lines.map { $0 + "\n" }.joined()
        }
        session.write(text)
    }
}

/// Steps as lines of text.
struct StepLines {
    var style: Style
    var width: Int
    /// Counts redraws; turns the sign of what is running.
    var frame: Int
    var isFinal: Bool

    private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    func lines(_ tracker: StepTracker, now: Google_Protobuf_Timestamp) -> [String] {
        let nameWidth = min(40, tracker.steps.map { TextWidth.of(title($0)) }.max() ?? 0)
        var lines = tracker.steps.flatMap { self.lines($0, nameWidth: nameWidth, now: now) }
        if lines.isEmpty, !isFinal { lines = ["  \(sign()) waiting for a worker"] }
        return lines
    }

    private func title(_ step: StepTracker.Step) -> String {
        switch step.kind {
        case .activity: step.name
        case .child: "workflow \(step.name)"
        case .timer: "wait \(step.name)"
        }
    }

    private func lines(_ step: StepTracker.Step, nameWidth: Int, now: Google_Protobuf_Timestamp) -> [String] {
        let end = step.open > 0 ? now : step.lastEnd ?? now
        let elapsed = DurationText.formatRounded(max(.zero, end.since(step.firstStart)))
        let name = TextWidth.padRight(TextWidth.fit(title(step), nameWidth), nameWidth)
        let text = "\(name)  \(counts(step))\(elapsed)"
        let (mark, color) = mark(step)
        var lines = ["  \(style.paint(mark, color)) \(TextWidth.fit(text, max(10, width - 4)))"]
        if let retry = step.retries.max(by: { $0.attempt < $1.attempt }) {
            lines.append(note("attempt \(retry.attempt)\(wait(retry, now)): \(retry.failure)", .yellow))
        } else if step.failed > 0, let failure = step.lastFailure {
            lines.append(note(failure, .red))
        }
        return lines
    }

    private func counts(_ step: StepTracker.Step) -> String {
        guard step.total > 1 else { return "" }
        let failed = step.failed > 0 ? ", \(step.failed) failed" : ""
        return "\(step.completed)/\(step.total)\(failed)  "
    }

    private func mark(_ step: StepTracker.Step) -> (String, Style.Color) {
        if step.open > 0 { return isFinal ? ("·", .dim) : (sign(), step.retries.isEmpty ? .blue : .yellow) }
        return step.failed > 0 ? ("✗", .red) : ("✓", .green)
    }

    private func wait(_ retry: StepTracker.Retry, _ now: Google_Protobuf_Timestamp) -> String {
        guard let next = retry.nextAttempt else { return "" }
        let left = max(0, next.seconds - now.seconds)
        return " in \(DurationText.format(.seconds(left)))"
    }

    private func note(_ text: String, _ color: Style.Color) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return "      " + style.paint(TextWidth.fit(line, max(10, width - 6)), color)
    }

    private func sign() -> String { Self.spinner[frame % Self.spinner.count] }
}
