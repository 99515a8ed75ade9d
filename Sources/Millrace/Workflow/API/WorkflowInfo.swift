import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Workflow {
    /// What the server says of this run. Outside of workflows everything in it is empty.
    public static var info: WorkflowInfo {
        guard let context = RunContext.entered(reading: "Workflow.info") else { return WorkflowInfo() }
        return WorkflowInfo(context)
    }
}

extension Workflow {
    /// What the last run before this one returned that completed: of the same schedule, cron workflow or chain of
    /// continuations. `nil` if there is none, and outside of workflows.
    ///
    /// - Throws: ``ConversionError`` if it returned something else.
    public static func lastResult<Result: Decodable & Sendable>(as type: Result.Type = Result.self) throws -> Result? {
        guard let context = RunContext.entered(reading: "Workflow.lastResult(as:)"),
            let payload = context.start?.attributes.lastCompletionResult.payloads.first
        else { return nil }
        return try context.services.payloadConverter.value(from: Payload(wire: payload), as: Result?.self)
    }

    /// Why the run before this one failed: of the same schedule or cron workflow, or the attempt that this one repeats.
    /// `nil` if it completed, if there is none, and outside of workflows.
    public static var lastFailure: (any Error)? {
        guard let context = RunContext.entered(reading: "Workflow.lastFailure"),
            let attributes = context.start?.attributes, attributes.hasContinuedFailure
        else { return nil }
        return context.services.error(from: attributes.continuedFailure)
    }
}

/// What the server says of a run.
public struct WorkflowInfo: Sendable {
    /// Another run.
    public struct Reference: Sendable, Hashable {
        public var workflowID: String
        public var runID: String
    }

    public private(set) var workflowID = ""
    public private(set) var runID = ""
    public private(set) var workflowType = ""
    public private(set) var namespace = ""
    public private(set) var taskQueue = ""
    /// 1 unless the workflow has a retry policy and an earlier run failed.
    public private(set) var attempt = 1
    public private(set) var startTime = Date(timeIntervalSince1970: 0)
    /// The first run of the chain that retries, continuations and cron make.
    public private(set) var firstRunID = ""
    /// The run that continued as this one, if one did.
    public private(set) var continuedFromRunID: String?
    public private(set) var cronSchedule: String?
    public private(set) var parent: Reference?
    /// The topmost of the parents; nil without a parent.
    public private(set) var root: Reference?
    public private(set) var executionTimeout: Duration?
    public private(set) var runTimeout: Duration?
    public private(set) var taskTimeout: Duration = .seconds(10)
    public private(set) var retry: RetryPolicy?
    public private(set) var priority: Priority?
    /// The number of events so far.
    public private(set) var historyLength = 0
    /// The size of the events so far, in bytes.
    public private(set) var historySize = 0
    /// Whether the history has become so long that the workflow should continue as new soon.
    public private(set) var isContinueAsNewSuggested = false

    init() {}

    init(_ context: RunContext) {
        runID = context.runID
        namespace = context.services.namespace
        historyLength = Int(context.historyLength)
        historySize = Int(context.historySize)
        isContinueAsNewSuggested = context.isContinueAsNewSuggested
        guard let start = context.start else { return }
        workflowID = start.workflowID
        workflowType = start.workflowType
        startTime = Date(unixNanoseconds: start.startTime)
        take(start.attributes)
    }

    private mutating func take(_ attributes: APIWorkflowExecutionStartedEventAttributes) {
        taskQueue = attributes.taskQueue.name
        attempt = max(1, Int(attributes.attempt))
        firstRunID = attributes.firstExecutionRunID
        continuedFromRunID = attributes.continuedExecutionRunID.isEmpty ? nil : attributes.continuedExecutionRunID
        cronSchedule = attributes.cronSchedule.isEmpty ? nil : attributes.cronSchedule
        if attributes.hasParentWorkflowExecution {
            parent = Reference(attributes.parentWorkflowExecution)
            root = attributes.hasRootWorkflowExecution ? Reference(attributes.rootWorkflowExecution) : parent
        }
        executionTimeout = limit(attributes.hasWorkflowExecutionTimeout, attributes.workflowExecutionTimeout.duration)
        runTimeout = limit(attributes.hasWorkflowRunTimeout, attributes.workflowRunTimeout.duration)
        taskTimeout =
            limit(attributes.hasWorkflowTaskTimeout, attributes.workflowTaskTimeout.duration) ?? .seconds(10)
        retry = attributes.hasRetryPolicy ? RetryPolicy(wire: attributes.retryPolicy) : nil
        priority = attributes.hasPriority ? Priority(wire: attributes.priority) : nil
    }

    /// Zero means no limit on the wire.
    private func limit(_ isSet: Bool, _ duration: Duration) -> Duration? {
        isSet && duration > .zero ? duration : nil
    }
}

extension WorkflowInfo.Reference {
    fileprivate init(_ execution: APIWorkflowExecution) {
        workflowID = execution.workflowID
        runID = execution.runID
    }
}
