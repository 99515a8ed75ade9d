import WireAPI

/// What a schedule starts: a workflow with its arguments and options.
///
/// What came from a server stays encoded until it is asked for, and goes back as it came unless it is changed: a
/// program can update the times of a schedule whose arguments it cannot read.
public struct ScheduleAction: Sendable {
    public var workflowType: String
    /// Each run has this id with the time of its start behind it, unless ``SchedulePolicy/keepsWorkflowID`` is set.
    public var workflowID: String
    public var taskQueue: String
    /// How long the workflow may take with its retries and continuations; `nil` means no limit.
    public var executionTimeout: Duration?
    /// How long one run of it may take; `nil` means no limit.
    public var runTimeout: Duration?
    /// How long a worker may take for one step of the workflow; `nil` means the server's 10 s.
    public var taskTimeout: Duration?
    /// When a failed run is started anew; `nil` means never.
    public var retry: RetryPolicy?
    /// What the runs can be found by.
    public var searchAttributes: SearchAttributes
    public var priority: Priority?

    private var input: Encoded<[BoundaryValue]>
    private var memoField: Encoded<Memo>
    private var headerField: Encoded<[String: Payload]>
    private var summaryField: Encoded<String?>
    private var detailsField: Encoded<String?>
    /// Options that a scheduled workflow cannot have.
    private var refusedOption: String?
    /// As it came from a server: what the type has no words for is kept, and payloads that were not changed.
    private var received = APINewWorkflowExecutionInfo()
    private var converter = DataConverter.default

    /// What a payload of the action holds: as it came, or a new value.
    private enum Encoded<Value: Sendable>: Sendable {
        case received
        case new(Value)
    }

    init(
        type: String, arguments: [BoundaryValue], id: String, taskQueue: String, options: WorkflowOptions,
        headers: [String: Payload]
    ) {
        workflowType = type
        workflowID = id
        self.taskQueue = taskQueue
        executionTimeout = options.executionTimeout
        runTimeout = options.runTimeout
        taskTimeout = options.taskTimeout
        retry = options.retry
        searchAttributes = options.searchAttributes
        priority = options.priority
        input = .new(arguments)
        memoField = .new(options.memo)
        headerField = .new(headers)
        summaryField = .new(options.summary)
        detailsField = .new(options.details)
        refusedOption = Self.refusedOption(options)
    }

    private static func refusedOption(_ options: WorkflowOptions) -> String? {
        if options.cronSchedule != nil { return "cronSchedule" }
        if options.startDelay != nil { return "startDelay" }
        if options.idReusePolicy != .allowDuplicate { return "idReusePolicy" }
        return options.idConflictPolicy == .fail ? nil : "idConflictPolicy"
    }
}

extension ScheduleAction {
    /// Starts a workflow whose type is known.
    ///
    /// - Parameters:
    ///   - id: the first part of every run's workflow id.
    ///   - options: without a cron schedule, a start delay or rules for ids, which are the schedule's business.
    ///   - headers: what interceptors and tracing on other SDKs' workers read.
    public static func run<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, id: String, taskQueue: String, options: WorkflowOptions = WorkflowOptions(),
        headers: [String: Payload] = [:]
    ) -> ScheduleAction {
        ScheduleAction(
            type: call.workflowType, arguments: call.arguments, id: id, taskQueue: taskQueue, options: options,
            headers: headers)
    }

    /// Starts a workflow that is known by its name only.
    public static func run<each Argument: Encodable & Sendable>(
        workflow type: String, _ arguments: repeat each Argument, id: String, taskQueue: String,
        options: WorkflowOptions = WorkflowOptions(), headers: [String: Payload] = [:]
    ) -> ScheduleAction {
        ScheduleAction(
            type: type, arguments: boundaryValues(repeat each arguments), id: id, taskQueue: taskQueue,
            options: options, headers: headers)
    }

    /// Another workflow, or the same with other arguments; id, task queue and options stay.
    public mutating func replace<Definition: WorkflowDefinition>(with call: WorkflowCall<Definition>) {
        replace(workflow: call.workflowType, arguments: call.arguments)
    }

    /// Another workflow, or the same with other arguments; id, task queue and options stay.
    public mutating func replace<each Argument: Encodable & Sendable>(
        workflow type: String, _ arguments: repeat each Argument
    ) {
        replace(workflow: type, arguments: boundaryValues(repeat each arguments))
    }

    /// Another workflow, or the same with other arguments; id, task queue and options stay.
    public mutating func replace(workflow type: String, arguments: [BoundaryValue]) {
        workflowType = type
        input = .new(arguments)
    }

    public mutating func set(memo: Memo) { memoField = .new(memo) }
    /// One line that user interfaces show with each run; Markdown.
    public mutating func set(summary: String?) { summaryField = .new(summary) }
    /// Several lines that user interfaces show with each run; Markdown.
    public mutating func set(details: String?) { detailsField = .new(details) }
    public mutating func set(headers: [String: Payload]) { headerField = .new(headers) }
}

// MARK: - Reading what is encoded

extension ScheduleAction {
    /// The arguments, to be decoded one by one.
    /// - Throws: what the codec throws, or ``ConversionError``.
    public var arguments: Arguments {
        get async throws {
            let payloads =
                switch input {
                case .received: try await converter.decoded(received.input)
                case .new(let values): try converter.payloadConverter.payloads(from: values)
                }
            return Arguments(payloads, converter: converter.payloadConverter)
        }
    }

    /// Kept with every run.
    public var memo: Memo {
        get async throws {
            if case .new(let memo) = memoField { return memo }
            return try await Memo(decoding: received.memo, with: converter)
        }
    }

    /// One line that user interfaces show with each run.
    public var summary: String? {
        get async throws { try await text(summaryField, received.userMetadata.summary) }
    }

    /// Several lines that user interfaces show with each run.
    public var details: String? {
        get async throws { try await text(detailsField, received.userMetadata.details) }
    }

    public var headers: [String: Payload] {
        get async throws {
            if case .new(let headers) = headerField { return headers }
            let fields =
                converter.codec == nil
                ? received.header.fields : try await PayloadWalk.decoding(converter).map(received.header.fields)
            return fields.mapValues(Payload.init(wire:))
        }
    }

    private func text(_ field: Encoded<String?>, _ payload: APIPayload) async throws -> String? {
        if case .new(let text) = field { return text }
        // An empty payload is what a field that is not set reads as.
        guard payload != APIPayload() else { return nil }
        return try converter.payloadConverter.value(
            from: Payload(wire: try await converter.decoded(payload)), as: String?.self)
    }
}

// MARK: - Checks and the wire

extension ScheduleAction {
    func validate() throws(InvalidOptions) {
        if workflowID.isEmpty { throw InvalidOptions("id", "of the scheduled workflow must not be empty") }
        if taskQueue.isEmpty {
            throw InvalidOptions("taskQueue", "must not be empty: it names the queue that the workers poll")
        }
        if workflowType.isEmpty { throw InvalidOptions("workflow", "type must not be empty") }
        if let refusedOption {
            throw InvalidOptions(
                refusedOption, "cannot be set for a scheduled workflow: the schedule's spec and policy decide that")
        }
        try WorkflowOptions(
            executionTimeout: executionTimeout, runTimeout: runTimeout, taskTimeout: taskTimeout, retry: retry
        ).validate()
    }

    package func wire(_ converter: DataConverter) async throws -> APINewWorkflowExecutionInfo {
        var wire = received
        wire.workflowType.name = workflowType
        wire.workflowID = workflowID
        wire.taskQueue.name = taskQueue
        if let executionTimeout {
            wire.workflowExecutionTimeout = .init(executionTimeout)
        } else {
            wire.clearWorkflowExecutionTimeout()
        }
        if let runTimeout { wire.workflowRunTimeout = .init(runTimeout) } else { wire.clearWorkflowRunTimeout() }
        if let taskTimeout { wire.workflowTaskTimeout = .init(taskTimeout) } else { wire.clearWorkflowTaskTimeout() }
        if let retry { wire.retryPolicy = retry.wire } else { wire.clearRetryPolicy() }
        if let priority { wire.priority = priority.wire } else { wire.clearPriority() }
        wire.clearSearchAttributes()
        if !searchAttributes.isEmpty { wire.searchAttributes = searchAttributes.wire }
        try await encode(into: &wire, converter)
        return wire
    }

    /// Payloads that were not changed are in `wire` already.
    private func encode(into wire: inout APINewWorkflowExecutionInfo, _ converter: DataConverter) async throws {
        if case .new(let values) = input { wire.input = try await converter.encode(values) }
        if case .new(let memo) = memoField {
            wire.clearMemo()
            if !memo.isEmpty { wire.memo = try await memo.encoded(with: converter) }
        }
        if case .new(let headers) = headerField {
            wire.clearHeader()
            let fields = headers.mapValues(\.wire)
            let encoded =
                converter.codec == nil ? fields : try await PayloadWalk.encoding(converter).map(fields)
            if !headers.isEmpty { wire.header.fields = encoded }
        }
        if case .new(let summary) = summaryField {
            wire.userMetadata.clearSummary()
            if let summary { wire.userMetadata.summary = try await converter.encode(BoundaryValue(summary)) }
        }
        if case .new(let details) = detailsField {
            wire.userMetadata.clearDetails()
            if let details { wire.userMetadata.details = try await converter.encode(BoundaryValue(details)) }
        }
        if !wire.userMetadata.hasSummary, !wire.userMetadata.hasDetails { wire.clearUserMetadata() }
    }

    package init(wire: APINewWorkflowExecutionInfo, converter: DataConverter) {
        workflowType = wire.workflowType.name
        workflowID = wire.workflowID
        taskQueue = wire.taskQueue.name
        executionTimeout = wire.hasWorkflowExecutionTimeout ? wire.workflowExecutionTimeout.duration : nil
        runTimeout = wire.hasWorkflowRunTimeout ? wire.workflowRunTimeout.duration : nil
        taskTimeout = wire.hasWorkflowTaskTimeout ? wire.workflowTaskTimeout.duration : nil
        retry = wire.hasRetryPolicy ? RetryPolicy(wire: wire.retryPolicy) : nil
        searchAttributes = SearchAttributes(wire: wire.searchAttributes)
        priority = wire.hasPriority ? Priority(wire: wire.priority) : nil
        (input, memoField, headerField) = (.received, .received, .received)
        (summaryField, detailsField) = (.received, .received)
        received = wire
        self.converter = converter
    }
}
