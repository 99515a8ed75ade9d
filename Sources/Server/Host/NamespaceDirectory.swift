import Engine
import Synchronization

/// The namespaces that are durable, for what is answered without the engine: lists and counts.
///
/// Fed with the writes of each commit before the answers that rest on it are released.
final class NamespaceDirectory: Sendable {
    struct Entry: Sendable {
        var key: NamespaceKey
        /// Draws a new number whenever the namespace is written.
        var version: UInt64
        /// The namespace's own search attributes, once somebody has asked the engine for them.
        var attributes: [String: SearchAttributeType]?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var version: UInt64 = 0

        mutating func put(_ key: NamespaceKey, _ name: String) {
            version += 1
            remove(key)
            entries[name] = Entry(key: key, version: version)
        }

        mutating func remove(_ key: NamespaceKey) {
            entries = entries.filter { $0.value.key != key }
        }
    }

    private let state = Mutex(State())

    func replace(_ namespaces: [RecoveredState.Namespace]) {
        state.withLock { state in
            state.entries = [:]
            for namespace in namespaces { state.put(namespace.key, namespace.name) }
        }
    }

    func apply(_ writes: [StoreWrite]) {
        for write in writes {
            switch write {
            case .putNamespace(let key, let name, _): state.withLock { $0.put(key, name) }
            case .deleteNamespace(let key): state.withLock { $0.remove(key) }
            default: break
            }
        }
    }

    subscript(name: String) -> Entry? { state.withLock { $0.entries[name] } }

    /// Keeps the search attributes of a namespace, unless it was written since `version`.
    func keep(_ attributes: [String: SearchAttributeType], of name: String, version: UInt64) {
        state.withLock { state in
            guard state.entries[name]?.version == version else { return }
            state.entries[name]?.attributes = attributes
        }
    }
}
