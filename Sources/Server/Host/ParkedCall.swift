import Engine
import Foundation
import SwiftProtobuf
import WireAPI

/// A call the engine has not answered yet, and how it ends if the server stops.
struct ParkedCall {
    private enum Ending {
        case emptyWorkflowTask
        case emptyActivityTask
        /// A history poll is told to come again with the token it came with.
        case sameHistoryPage(Data)
        case unavailable
    }

    let pending: PendingCall
    private let ending: Ending

    init(_ pending: PendingCall, _ request: EngineRequest) {
        self.pending = pending
        ending =
            switch request {
            case .pollWorkflowTask: .emptyWorkflowTask
            case .pollActivityTask: .emptyActivityTask
            case .getHistory(let request) where !request.nextPageToken.isEmpty:
                .sameHistoryPage(request.nextPageToken)
            default: .unavailable
            }
    }

    /// Answers it as if its time were up.
    func end() {
        switch ending {
        case .emptyWorkflowTask: pending.answer(.message(APIPollWorkflowTaskQueueResponse()))
        case .emptyActivityTask: pending.answer(.message(APIPollActivityTaskQueueResponse()))
        case .sameHistoryPage(let token):
            var response = APIGetWorkflowExecutionHistoryResponse()
            response.history = APIHistory()
            response.nextPageToken = token
            pending.answer(.message(response))
        case .unavailable: pending.answer(.failure(.stopping))
        }
    }
}

extension EngineRequest {
    /// True if performing it can never lead to a write, not even later: what a full store still allows.
    var onlyReads: Bool {
        switch self {
        case .describeNamespace, .listNamespaces, .listSearchAttributes, .describeWorkflow, .getHistoryReverse,
            .describeTaskQueue, .describeSchedule, .listScheduleMatchingTimes:
            true
        case .getHistory(let request): !request.waitNewEvent
        default: false
        }
    }
}
