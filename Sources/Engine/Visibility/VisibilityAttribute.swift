/// An attribute a query can name, with the place its value is found in.
public struct VisibilityAttribute: Sendable, Hashable {
    /// Where the value of a run lies.
    public enum Source: Sendable, Hashable {
        /// A field of `VisibilityRow`.
        case column(VisibilityColumn)
        /// An entry of `VisibilityRow.searchAttributes`, under the attribute's name.
        case stored
    }

    public var name: String
    public var type: SearchAttributeType
    public var source: Source

    public init(name: String, type: SearchAttributeType, source: Source) {
        self.name = name
        self.type = type
        self.source = source
    }

    /// Attributes whose value is a set: a comparison asks for membership, and `!=` holds for runs without a value.
    public var isMultiValued: Bool { type == .text || type == .keywordList }
}

/// The fields of `VisibilityRow` that a query can reach.
public enum VisibilityColumn: Int, Sendable, Hashable, CaseIterable {
    case workflowID
    case runID
    case workflowType
    case taskQueue
    case status
    case startTime
    case executionTime
    case closeTime
    case executionDuration
    case historyLength
    case historySizeBytes
    case stateTransitionCount
    case parentWorkflowID
    case parentRunID
    case rootWorkflowID
    case rootRunID
}

/// The search attributes every namespace has.
public enum SystemSearchAttributes {
    /// Runs that belong to a division (schedules, batches) are left out of a query that does not mention this one.
    public static let namespaceDivision = "TemporalNamespaceDivision"

    /// Kept by the server itself.
    public static let system: [VisibilityAttribute] = [
        column("CloseTime", .datetime, .closeTime),
        column("ExecutionDuration", .int, .executionDuration),
        column("ExecutionStatus", .keyword, .status),
        column("ExecutionTime", .datetime, .executionTime),
        column("HistoryLength", .int, .historyLength),
        column("HistorySizeBytes", .int, .historySizeBytes),
        column("ParentRunId", .keyword, .parentRunID),
        column("ParentWorkflowId", .keyword, .parentWorkflowID),
        column("RootRunId", .keyword, .rootRunID),
        column("RootWorkflowId", .keyword, .rootWorkflowID),
        column("RunId", .keyword, .runID),
        column("StartTime", .datetime, .startTime),
        column("StateTransitionCount", .int, .stateTransitionCount),
        column("TaskQueue", .keyword, .taskQueue),
        column("WorkflowId", .keyword, .workflowID),
        column("WorkflowType", .keyword, .workflowType),
    ]

    /// Predefined, and set by the server's own features or by workers.
    public static let predefined: [VisibilityAttribute] = [
        stored("BatcherNamespace", .keyword),
        stored("BatcherUser", .keyword),
        stored("BinaryChecksums", .keywordList),
        stored("BuildIds", .keywordList),
        stored("TemporalChangeVersion", .keywordList),
        stored("TemporalExternalPayloadCount", .int),
        stored("TemporalExternalPayloadSizeBytes", .int),
        stored(namespaceDivision, .keyword),
        stored("TemporalPauseInfo", .keywordList),
        stored("TemporalReportedProblems", .keywordList),
        stored("TemporalSchedulePaused", .bool),
        stored("TemporalScheduledById", .keyword),
        stored("TemporalScheduledStartTime", .datetime),
        stored("TemporalUsedWorkerDeploymentVersions", .keywordList),
        stored("TemporalWorkerDeployment", .keyword),
        stored("TemporalWorkerDeploymentVersion", .keyword),
        stored("TemporalWorkflowVersioningBehavior", .keyword),
    ]

    private static let byName: [String: VisibilityAttribute] = Dictionary(
        uniqueKeysWithValues: (system + predefined).map { ($0.name, $0) })

    /// The system or predefined attribute of that name.
    public static func named(_ name: String) -> VisibilityAttribute? { byName[name] }

    /// Finds what a query means by `name`: a system or predefined attribute, then one of the namespace's own, then a
    /// predefined one whose name was given without its `Temporal` prefix.
    static func resolve(_ name: String, custom: [String: SearchAttributeType]) -> VisibilityAttribute? {
        if let attribute = byName[name] { return attribute }
        if let type = custom[name] { return VisibilityAttribute(name: name, type: type, source: .stored) }
        return byName["Temporal" + name]
    }

    private static func column(
        _ name: String, _ type: SearchAttributeType, _ column: VisibilityColumn
    ) -> VisibilityAttribute {
        VisibilityAttribute(name: name, type: type, source: .column(column))
    }

    private static func stored(_ name: String, _ type: SearchAttributeType) -> VisibilityAttribute {
        VisibilityAttribute(name: name, type: type, source: .stored)
    }
}
