import OrderedCollections
import Foundation
import SwiftProtobuf
import WireAPI

/// The namespaces of the server; there are few, so all are held in memory.
struct NamespaceTable {
    private var byKey: OrderedDictionary<NamespaceKey, Namespace> = [:]
    private var keys: [String: NamespaceKey] = [:]

    struct Namespace {
        let key: NamespaceKey
        var record: NamespaceRecord

        var name: String { record.name }
        var retention: Nanoseconds { record.retention }
    }

    subscript(key: NamespaceKey) -> Namespace? { byKey[key] }

    var all: [Namespace] { Array(byKey.values) }

    var nextKey: NamespaceKey { (byKey.keys.max() ?? 0) + 1 }

    /// - Throws: the reference's error for an unknown or missing name.
    func named(_ name: String) throws -> Namespace {
        if name.isEmpty { throw EngineError.invalid("Namespace is empty.") }
        guard let key = keys[name], let namespace = byKey[key] else { throw EngineError.namespaceNotFound(name) }
        return namespace
    }

    func contains(_ name: String) -> Bool { keys[name] != nil }

    func withID(_ id: String) -> Namespace? { byKey.values.first { $0.record.id == id } }

    mutating func put(_ namespace: Namespace) {
        byKey[namespace.key] = namespace
        keys[namespace.name] = namespace.key
    }

    mutating func remove(_ key: NamespaceKey) {
        guard let namespace = byKey.removeValue(forKey: key) else { return }
        keys[namespace.name] = nil
    }

    mutating func restore(_ stored: [RecoveredState.Namespace]) throws {
        for namespace in stored {
            put(Namespace(key: namespace.key, record: try NamespaceRecord(serializedBytes: namespace.record)))
        }
    }
}
