import Synchronization
import WireAPI
import WireRPC

/// What not every server serves.
enum Feature: Sendable, CaseIterable {
    case batchOperations, workers
}

/// What every page needs to know of the server, for its navigation.
struct ServerFacts: Sendable, Equatable {
    /// The first of them by name, without the server's own.
    var namespaces: [String] = []
    var features: Set<Feature> = []
}

/// Keeps the ``ServerFacts``, so that a page does not wait for them.
final class ServerFactsCache: Sendable {
    private struct State {
        var facts = ServerFacts()
        var isKnown = false
        var readAt = ContinuousClock.now
    }

    /// How old they may be.
    private static let lifetime = Duration.seconds(5)
    /// How long a page waits for them: it can be read without.
    private static let timeout = Duration.seconds(2)
    private static let maximumNamespaces: Int32 = 200

    private let state = Mutex(State())

    /// What was known last, without asking.
    var last: ServerFacts { state.withLock { $0.facts } }

    /// Says that namespaces have changed.
    func forget() { state.withLock { $0.isKnown = false } }

    /// What is known, read again if it is too old. Never fails: without an answer, what was known stays.
    func facts(_ service: Service, _ namespace: String) async -> ServerFacts {
        let fresh = state.withLock { $0.isKnown && $0.readAt.duration(to: .now) < Self.lifetime ? $0.facts : nil }
        if let fresh { return fresh }
        async let namespaces = Self.namespaces(service)
        async let batch = Self.serves(.batchOperations, service, namespace)
        async let workers = Self.serves(.workers, service, namespace)
        let answers = await (namespaces, batch, workers)
        return state.withLock { state in
            if let names = answers.0 { state.facts.namespaces = names }
            for (feature, isServed) in [(Feature.batchOperations, answers.1), (.workers, answers.2)] {
                guard let isServed else { continue }
                if isServed { state.facts.features.insert(feature) } else { state.facts.features.remove(feature) }
            }
            state.isKnown = answers.0 != nil
            state.readAt = .now
            return state.facts
        }
    }

    private static func namespaces(_ service: Service) async -> [String]? {
        var request = APIListNamespacesRequest()
        request.pageSize = maximumNamespaces
        let answer = try? await service.call(WorkflowService.listNamespaces, request, timeout: timeout)
        return answer?.namespaces.map(\.namespaceInfo.name).filter { $0 != SystemNamespace.name }.sorted()
    }

    /// Whether a server serves something; `nil` if it cannot be found out now.
    private static func serves(_ feature: Feature, _ service: Service, _ namespace: String) async -> Bool? {
        do {
            switch feature {
            case .batchOperations:
                var request = APIListBatchOperationsRequest()
                request.namespace = namespace
                request.pageSize = 1
                _ = try await service.call(WorkflowService.listBatchOperations, request, timeout: timeout)
            case .workers:
                var request = APIListWorkersRequest()
                request.namespace = namespace
                request.pageSize = 1
                _ = try await service.call(WorkflowService.listWorkers, request, timeout: timeout)
            }
            return true
        } catch let error as RPCError {
            switch error.code {
            case .unimplemented: return false
            // Such a call has been understood.
            case .invalidArgument, .notFound, .failedPrecondition: return true
            default: return nil
            }
        } catch {
            return nil
        }
    }
}

/// The namespace in which a server does its own work.
enum SystemNamespace {
    static let name = "temporal-system"
}
