import Store

/// The stores that the conformance tests run on.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case file
    case ephemeral

    /// Runs a test on a fresh store.
    func withStore<Result>(_ body: (any Store) throws -> Result) throws -> Result {
        switch self {
        case .memory: return try body(MemoryStore())
        case .ephemeral:
            let store = try SQLiteStore.ephemeral()
            defer { try? store.close() }
            return try body(store)
        case .file:
            let directory = try TemporaryDirectory()
            var options = SQLiteStore.Options()
            options.durability = .normal
            let store = try SQLiteStore(path: directory.file(), options: options)
            defer { try? store.close() }
            return try body(store)
        }
    }
}

extension StoreKind {
    /// As `withStore`, for tests that wait.
    func withStoreAsync(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryStore())
        case .ephemeral:
            let store = try SQLiteStore.ephemeral()
            defer { try? store.close() }
            try await body(store)
        case .file:
            let directory = try TemporaryDirectory()
            var options = SQLiteStore.Options()
            options.durability = .normal
            let store = try SQLiteStore(path: directory.file(), options: options)
            defer { try? store.close() }
            try await body(store)
        }
    }
}
