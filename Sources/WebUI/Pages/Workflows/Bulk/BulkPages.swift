import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An id nobody has used before.
enum RandomID {
    static func make() -> String { UUID().uuidString.lowercased() }
}

/// Cancels or terminates many runs: asks first, then says what became of them.
enum BulkPages {
    static func answer(_ request: PageRequest) async throws -> Answer {
        let words = (request.form["action"] ?? "").split(separator: "-")
        guard let action = words.first.flatMap({ BulkAction(rawValue: String($0)) }) else {
            throw PageError.badRequest("The form does not say what to do.")
        }
        return words.count > 1
            ? try await answer(action, toAllIn: request) : try await answer(action, toSelectedIn: request)
    }

    private static func reason(_ request: PageRequest) -> String { request.form.text("reason") ?? "" }

    private static func isConfirmed(_ request: PageRequest) -> Bool { request.form["confirmed"] == "yes" }

    private static func page(_ title: String, _ request: PageRequest, _ body: HTML) -> Page {
        Page(title, in: WorkflowListSection.navigation, namespace: request.namespace, body: body)
    }

    private static let reasonField = Field(
        "reason", "Reason", control: .text(placeholder: "Shown in the history"), hint: "May be empty.")

    // MARK: What is selected

    private static func answer(_ action: BulkAction, toSelectedIn request: PageRequest) async throws -> Answer {
        var targets: [BulkTarget] = []
        for target in request.form.values(BulkTarget.fieldName).compactMap(BulkTarget.init(field:))
        where !targets.contains(target) {
            targets.append(target)
        }
        let back = WorkflowListSection.back(request)
        guard !targets.isEmpty else {
            return .redirect(to: back, notice: .failed("No run is selected: tick the rows first."))
        }
        guard isConfirmed(request) else {
            return .page(page("\(action.verb) workflows", request, question(action, targets, request, back: back)))
        }
        let outcome = await BulkOutcome.performing(
            action, on: targets, reason: reason(request), namespace: request.namespace, service: request.service)
        guard !outcome.failures.isEmpty else {
            return .redirect(to: back, notice: .done("\(runs(outcome.done)) \(action.done)."))
        }
        return .page(page("\(action.verb) workflows", request, summary(action, outcome, request, back: back)))
    }

    private static func runs(_ count: Int) -> String {
        count == 1 ? "1 run" : "\(SizeText.count(Int64(count))) runs"
    }

    private static func question(
        _ action: BulkAction, _ targets: [BulkTarget], _ request: PageRequest, back: String
    ) -> HTML {
        let table = DataTable(
            caption: "Runs", columns: [.init("Workflow ID", .main), .init("Run ID")],
            rows: targets.map { .init(cells: [link($0, request), "<code>\($0.runID)</code>"]) })
        return """
            \(PageHead(title: "\(action.verb) workflows"))\
            \(Confirmation(
                question: "\(action.verb) \(runs(targets.count))?", explanation: action.explanation,
                action: ListAddresses(request).part("bulk"), token: request.token,
                hidden: [("action", action.rawValue), ("back", request.form["back"] ?? "")]
                    + targets.map { (BulkTarget.fieldName, $0.field) },
                fields: reasonField.html, confirm: "\(action.verb) \(runs(targets.count))",
                isDangerous: action == .terminate, back: back))\
            \(Card(title: "Selected", isPadded: false, content: table.html))
            """
    }

    private static func link(_ target: BulkTarget, _ request: PageRequest) -> HTML {
        let address = request.links.run(request.namespace, target.workflowID, target.runID)
        return "<a class=\"id\" href=\"\(address)\">\(target.workflowID)</a>"
    }

    private static func summary(
        _ action: BulkAction, _ outcome: BulkOutcome, _ request: PageRequest, back: String
    ) -> HTML {
        let table = DataTable(
            caption: "Runs that failed", columns: [.init("Workflow ID", .main), .init("Run ID"), .init("Why")],
            rows: outcome.failures.map { failure in
                .init(
                    cells: [
                        link(failure.target, request), "<code>\(failure.target.runID)</code>", "\(failure.message)",
                    ])
            })
        return """
            \(PageHead(
                title: "\(action.verb) workflows", actions: LinkButton(title: "Back to the list", address: back).html))\
            \(if: outcome.done > 0, "<div class=\"notice notice-done\">\(runs(outcome.done)) \(action.done).</div>")\
            <div class="notice notice-failed" role="alert">\(runs(outcome.failures.count)) could not be \(action.done).</div>\
            \(Card(title: "What went wrong", isPadded: false, content: table.html))
            """
    }

    // MARK: All that match

    private static func answer(_ action: BulkAction, toAllIn request: PageRequest) async throws -> Answer {
        let query = request.form.text("query") ?? ""
        let back = WorkflowListSection.back(request)
        guard await ServerFeatures.of(request.service, request.namespace).batches else {
            throw PageError(
                status: .notImplemented, title: "Not served",
                message: "This server has no operations on all runs that match a query.",
                advice: "Select the runs in the list.")
        }
        let open = openOnly(query)
        guard isConfirmed(request) else {
            let count = try await count(open, request)
            return .page(page("\(action.verb) workflows", request, question(action, open, count, request, back: back)))
        }
        var batch = APIStartBatchOperationRequest()
        batch.namespace = request.namespace
        batch.visibilityQuery = request.form.text("batch-query") ?? open
        batch.jobID = request.form.text("job") ?? RandomID.make()
        // The server wants one.
        batch.reason = request.form.text("reason") ?? "\(action.verb) from the web UI"
        batch.operation = action.operation(identity: request.service.identity)
        _ = try await request.service.call(WorkflowService.startBatchOperation, batch)
        return .redirect(to: back, notice: .done("Batch job \(batch.jobID) has started."))
    }

    /// What is closed cannot be cancelled or terminated; without the condition every closed run would fail.
    private static func openOnly(_ query: String) -> String {
        guard var filter = WorkflowFilter(query: query) else { return query }
        filter.order = nil
        filter.otherOrder = nil
        if filter.statuses.isEmpty { filter.statuses = [.running] }
        return filter.query
    }

    private static func count(_ query: String, _ request: PageRequest) async throws -> Int64 {
        var count = APICountWorkflowExecutionsRequest()
        count.namespace = request.namespace
        count.query = query
        return try await request.service.call(WorkflowService.countWorkflowExecutions, count).count
    }

    private static func question(
        _ action: BulkAction, _ query: String, _ count: Int64, _ request: PageRequest, back: String
    ) -> HTML {
        """
        \(PageHead(title: "\(action.verb) workflows"))\
        \(Confirmation(
            question: "\(action.verb) all runs that match?",
            explanation: """
                <p>About \(runs(Int(count))) now, and what begins to match until the job gets there. \
                \(action.explanation)</p><p class="command"><code>\(query)</code></p>
                """,
            action: ListAddresses(request).part("bulk"), token: request.token,
            hidden: [
                ("action", "\(action.rawValue)-all"), ("batch-query", query), ("query", query),
                ("job", RandomID.make()), ("back", request.form["back"] ?? ""),
            ],
            fields: reasonField.html, confirm: "\(action.verb) all that match", isDangerous: true, back: back))
        """
    }
}
