import WireAPI

/// Identifies one caller that waits for an answer. The host draws it; it is never reused while the engine lives.
public struct CallID: Hashable, Sendable, Comparable {
    public var raw: UInt64

    public init(_ raw: UInt64) {
        self.raw = raw
    }

    public static func < (left: CallID, right: CallID) -> Bool { left.raw < right.raw }
}

/// A call as it reaches the engine.
public struct EngineCall: Sendable {
    public var id: CallID
    public var request: EngineRequest
    /// When the caller stops waiting (wall clock); a long poll is answered a second before. `nil`: the default length.
    public var deadline: Nanoseconds?
    /// True for SDK clients, which also see the unwritten events of a transient workflow task.
    public var isSDK: Bool

    public init(id: CallID, request: EngineRequest, deadline: Nanoseconds? = nil, isSDK: Bool = true) {
        self.id = id
        self.request = request
        self.deadline = deadline
        self.isSDK = isSDK
    }
}

/// Everything the engine can be asked. What only reads committed data (lists, counts, pages of history that need no
/// waiting) goes to the store without passing here.
public enum EngineRequest: Sendable {
    case registerNamespace(APIRegisterNamespaceRequest)
    case describeNamespace(APIDescribeNamespaceRequest)
    case listNamespaces(APIListNamespacesRequest)
    case updateNamespace(APIUpdateNamespaceRequest)
    case deleteNamespace(APIDeleteNamespaceRequest)
    case addSearchAttributes(APIAddSearchAttributesRequest)
    case removeSearchAttributes(APIRemoveSearchAttributesRequest)
    case listSearchAttributes(APIListSearchAttributesRequest)

    case startWorkflow(APIStartWorkflowExecutionRequest)
    case signalWorkflow(APISignalWorkflowExecutionRequest)
    case signalWithStart(APISignalWithStartWorkflowExecutionRequest)
    case requestCancel(APIRequestCancelWorkflowExecutionRequest)
    case terminate(APITerminateWorkflowExecutionRequest)
    case deleteWorkflow(APIDeleteWorkflowExecutionRequest)
    case describeWorkflow(APIDescribeWorkflowExecutionRequest)
    case getHistory(APIGetWorkflowExecutionHistoryRequest)
    case getHistoryReverse(APIGetWorkflowExecutionHistoryReverseRequest)

    case pollWorkflowTask(APIPollWorkflowTaskQueueRequest)
    case completeWorkflowTask(APIRespondWorkflowTaskCompletedRequest)
    case failWorkflowTask(APIRespondWorkflowTaskFailedRequest)
    case resetStickyTaskQueue(APIResetStickyTaskQueueRequest)
    case shutdownWorker(APIShutdownWorkerRequest)
    case queryWorkflow(APIQueryWorkflowRequest)
    case completeQuery(APIRespondQueryTaskCompletedRequest)

    case pollActivityTask(APIPollActivityTaskQueueRequest)
    case heartbeat(APIRecordActivityTaskHeartbeatRequest)
    case heartbeatByID(APIRecordActivityTaskHeartbeatByIdRequest)
    case completeActivity(APIRespondActivityTaskCompletedRequest)
    case completeActivityByID(APIRespondActivityTaskCompletedByIdRequest)
    case failActivity(APIRespondActivityTaskFailedRequest)
    case failActivityByID(APIRespondActivityTaskFailedByIdRequest)
    case cancelActivity(APIRespondActivityTaskCanceledRequest)
    case cancelActivityByID(APIRespondActivityTaskCanceledByIdRequest)

    case describeTaskQueue(APIDescribeTaskQueueRequest)

    case createSchedule(APICreateScheduleRequest)
    case describeSchedule(APIDescribeScheduleRequest)
    case updateSchedule(APIUpdateScheduleRequest)
    case patchSchedule(APIPatchScheduleRequest)
    case deleteSchedule(APIDeleteScheduleRequest)
    case listScheduleMatchingTimes(APIListScheduleMatchingTimesRequest)
}
