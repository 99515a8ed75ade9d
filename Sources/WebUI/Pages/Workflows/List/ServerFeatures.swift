import Synchronization
import WireAPI
import WireRPC

/// What the server that is shown can do besides what every server does.
struct ServerFeatures: Sendable, Equatable {
    /// Lists can be put in an order.
    var sorts = false
    /// Operations on all runs that match a query.
    var batches = false

    /// Asks once, with calls that change nothing and cost nothing, and remembers the answer.
    static func of(_ service: Service, _ namespace: String) async -> ServerFeatures {
        if let known = service.features.known { return known }
        async let sorts = sorts(service, namespace)
        async let batches = batches(service, namespace)
        guard let sorts = await sorts, let batches = await batches else { return ServerFeatures() }
        let features = ServerFeatures(sorts: sorts, batches: batches)
        service.features.keep(features)
        return features
    }

    /// `nil` if the server did not say.
    private static func sorts(_ service: Service, _ namespace: String) async -> Bool? {
        var request = APIListWorkflowExecutionsRequest()
        request.namespace = namespace
        request.pageSize = 1
        // No run has an empty id, so nothing has to be sorted.
        request.query = "WorkflowId = '' ORDER BY StartTime DESC"
        return await answer {
            _ = try await service.call(WorkflowService.listWorkflowExecutions, request)
        } refused: {
            $0 == .invalidArgument || $0 == .unimplemented
        }
    }

    private static func batches(_ service: Service, _ namespace: String) async -> Bool? {
        var request = APIDescribeBatchOperationRequest()
        request.namespace = namespace
        request.jobID = "no-such-job"
        let isMissing = await answer {
            _ = try await service.call(WorkflowService.describeBatchOperation, request)
        } refused: {
            $0 == .unimplemented
        }
        return isMissing
    }

    /// `false` if the call was refused with such a code, `true` for every other answer of the server.
    private static func answer(
        _ call: () async throws -> Void, refused: (RPCError.Code) -> Bool
    ) async -> Bool? {
        do {
            try await call()
            return true
        } catch let error as RPCError {
            switch error.code {
            case .unavailable, .cancelled, .deadlineExceeded, .permissionDenied, .unauthenticated, .resourceExhausted:
                return nil
            default: return !refused(error.code)
            }
        } catch {
            return nil
        }
    }
}

/// Remembers what a server can do for as long as it is shown.
final class KnownFeatures: Sendable {
    private let features = Mutex<ServerFeatures?>(nil)

    var known: ServerFeatures? { features.withLock { $0 } }

    func keep(_ features: ServerFeatures) { self.features.withLock { $0 = features } }
}
