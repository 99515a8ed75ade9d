import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// Finds in a workflow's source what would make it go another way at replay.
///
/// What is wrong without doubt is an error; what only may be wrong is a warning.
final class DeterminismGuard<Context: MacroExpansionContext>: SyntaxVisitor {
    private let context: Context
    private let unordered: UnorderedNames

    private init(_ context: Context, unordered: UnorderedNames) {
        self.context = context
        self.unordered = unordered
        super.init(viewMode: .sourceAccurate)
    }

    // MARK: Attributes

    override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind {
        guard node.simpleName == "MainActor" else { return .skipChildren }
        report(
            "@MainActor would take the code off the workflow's executor; the actor isolates the state already",
            "mainActor", at: node)
        return .skipChildren
    }

    // MARK: Calls

    override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        if let name = node.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text {
            checkFunction(name, node)
        } else if let member = node.calledExpression.as(MemberAccessExprSyntax.self) {
            checkMember(member, node)
        }
        return .visitChildren
    }

    private func checkFunction(_ name: String, _ call: FunctionCallExprSyntax) {
        let isPlain = call.arguments.isEmpty && call.trailingClosure == nil
        switch name {
        case "Date" where isPlain:
            report(
                "Date() is another time at every replay", "date", at: call, fix: "use 'Workflow.now'", "Workflow.now")
        case "Date" where call.arguments.first?.label?.text == "timeIntervalSinceNow":
            report("the time now is another at every replay; use 'Workflow.now' plus the interval", "date", at: call)
        case "UUID" where isPlain:
            report(
                "UUID() is another one at every replay", "uuid", at: call, fix: "use 'Workflow.uuid()'",
                "Workflow.uuid()")
        case "Task":
            report(
                "a task made with Task { } leaves the workflow's executor", "task", at: call.calledExpression,
                fix: "use 'Workflow.task'", "Workflow.task")
        case "SystemRandomNumberGenerator":
            report(
                "random numbers are others at every replay", "random", at: call, fix: "use 'Workflow.random'",
                "Workflow.random")
        case "sleep", "usleep", "nanosleep":
            report("\(name)() blocks the workflow's thread; use 'try await Workflow.sleep(for:)'", "sleep", at: call)
        case "ContinuousClock", "SuspendingClock":
            report("clocks run on at replay; use 'Workflow.now' and 'Workflow.sleep'", "clock", at: call)
        case "arc4random", "arc4random_uniform", "rand", "random", "drand48":
            report("random numbers are others at every replay; use 'Workflow.random'", "random", at: call)
        default: break
        }
    }

    private func checkMember(_ member: MemberAccessExprSyntax, _ call: FunctionCallExprSyntax) {
        let base = member.base?.trimmedDescription
        let name = member.declName.baseName.text
        switch (base, name) {
        case ("Task", "sleep"): taskSleep(call)
        case ("Task", "detached"), ("Task", "immediate"), ("Task", "immediateDetached"):
            report(
                "a task made with Task.\(name) leaves the workflow's executor", "task", at: member,
                fix: "use 'Workflow.task'", "Workflow.task")
        case ("Task", "yield"):
            report(
                "Task.yield() makes the order of tasks depend on the compiler; tasks take turns at every await "
                    + "without it", "yield", at: call)
        case ("Thread", "sleep"):
            report(
                "Thread.sleep blocks the workflow's thread; use 'try await Workflow.sleep(for:)'", "sleep", at: call)
        case ("MainActor", "run"), ("MainActor", "assumeIsolated"):
            report("the main actor is outside of the workflow; call an activity", "mainActor", at: call)
        case (_, "addImmediateTask"), (_, "addImmediateTaskUnlessCancelled"):
            report(
                "an immediate task starts out of turn", "task", at: member.declName, fix: "use 'addTask'", "addTask")
        default: checkRandom(member, call)
        }
    }

    private func taskSleep(_ call: FunctionCallExprSyntax) {
        let message = "Task.sleep is not durable: it does not outlive the worker and ends at another time at replay"
        guard let first = call.arguments.first else { return report(message, "sleep", at: call) }
        let replacement: String? =
            switch first.label?.text {
            case "for": "Workflow.sleep(for: \(first.expression.trimmedDescription))"
            case "nanoseconds": "Workflow.sleep(for: .nanoseconds(\(first.expression.trimmedDescription)))"
            default: nil
            }
        guard let replacement else { return report(message + "; use 'Workflow.sleep'", "sleep", at: call) }
        report(message, "sleep", at: call, fix: "use 'Workflow.sleep'", replacement)
    }

    /// `Int.random(in:)`, `shuffled()` and the like take their numbers from the system unless told otherwise.
    private func checkRandom(_ member: MemberAccessExprSyntax, _ call: FunctionCallExprSyntax) {
        let name = member.declName.baseName.text
        guard ["random", "randomElement", "shuffled", "shuffle"].contains(name),
            !call.arguments.contains(where: { $0.label?.text == "using" }),
            name != "random" || call.arguments.isEmpty || call.arguments.first?.label?.text == "in"
        else { return }
        var fixed = call
        if var last = call.arguments.last {
            last.trailingComma = .commaToken(trailingTrivia: .space)
            fixed.arguments = LabeledExprListSyntax(Array(call.arguments.dropLast()) + [last])
        }
        let argument = LabeledExprSyntax(label: "using", expression: ExprSyntax("&random"))
        fixed.arguments = LabeledExprListSyntax(Array(fixed.arguments) + [argument.with(\.trailingTrivia, [])])
        report(
            "'\(name)' gives something else at every replay; add 'using: &random' with 'var random = Workflow.random'",
            "random", at: call, fix: "add 'using: &random'", fixed.trimmedDescription)
    }

    // MARK: Names

    override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
        let base = node.base?.trimmedDescription
        if base == "Date", node.declName.baseName.text == "now" {
            report(
                "Date.now is another time at every replay", "date", at: node, fix: "use 'Workflow.now'", "Workflow.now")
            return .skipChildren
        }
        if base == "ContinuousClock" || base == "SuspendingClock" {
            report("clocks run on at replay; use 'Workflow.now' and 'Workflow.sleep'", "clock", at: node)
            return .skipChildren
        }
        return .visitChildren
    }

    override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
        switch node.baseName.text {
        case "URLSession", "URLRequest", "FileManager", "FileHandle", "Process":
            report("\(node.baseName.text) does I/O, which belongs in an activity", "io", at: node)
        case "DispatchQueue", "DispatchGroup", "DispatchSemaphore", "OperationQueue":
            report(
                "\(node.baseName.text) runs or blocks code outside of the workflow's executor; use 'Workflow.task', "
                    + "'async let' or a task group", "dispatch", at: node)
        case "ProcessInfo":
            report("what the process is differs from worker to worker; ask in an activity", "io", at: node)
        default: break
        }
        return .visitChildren
    }

    // MARK: Unordered collections

    override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
        if let found = unordered.find(in: node.sequence), SchedulingFinder.schedules(node.body) {
            reportOrder(found, at: node.sequence)
        }
        return .visitChildren
    }

    private func reportOrder(_ found: UnorderedNames.Found, at sequence: ExprSyntax) {
        let message = Message.warning(
            "order",
            "a \(found.kind) has another order in every process, so what is scheduled here would not replay")
        let source = sequence.trimmedDescription
        let replacement =
            found.isWhole && found.kind == "dictionary"
            ? "\(source).sorted { $0.key < $1.key }" : "\(source).sorted()"
        context.report(
            message, at: sequence,
            fixIts: [.replace("sort first", sequence, with: ExprSyntax(stringLiteral: replacement))])
    }

    // MARK: Helpers

    /// Types inside the actor are code of their own; what they do is their callers' business.
    override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    private func report(_ message: String, _ id: String, at node: some SyntaxProtocol) {
        context.report(.error(id, message), at: node)
    }

    private func report(
        _ message: String, _ id: String, at node: some ExprSyntaxProtocol, fix: String, _ replacement: String
    ) {
        context.report(
            .error(id, message), at: node,
            fixIts: [.replace(fix, node, with: ExprSyntax(stringLiteral: replacement))])
    }

    private func report(
        _ message: String, _ id: String, at node: DeclReferenceExprSyntax, fix: String, _ replacement: String
    ) {
        let new = DeclReferenceExprSyntax(baseName: .identifier(replacement))
        context.report(.error(id, message), at: node, fixIts: [.replace(fix, node, with: new)])
    }
}

extension DeterminismGuard {
    static func check(_ actor: ActorDeclSyntax, in context: Context) {
        let visitor = DeterminismGuard(context, unordered: UnorderedNames(actor))
        for member in actor.memberBlock.members { visitor.walk(member) }
    }
}
