// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

let nio = "swift-nio"
let wireAPI: Target.Dependency = "WireAPI"
let apiJSON: Target.Dependency = "APIJSON"
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: nio)
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: nio)
/// One by one: the umbrella `Collections` would bring a megabyte of others along.
let collections: [Target.Dependency] = ["DequeModule", "HeapModule", "OrderedCollections"].map {
    .product(name: $0, package: "swift-collections")
}
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

/// A server exports nothing, so nothing need be kept for others to find; see docs/decisions/0005-one-binary.md.
let smallBinary = [
    "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
]

let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Millrace", targets: ["Millrace"]),
        .library(name: "MillraceTesting", targets: ["MillraceTesting"]),
        .executable(name: "millrace", targets: ["MillraceCLI"]),
        .executable(name: "hackernews", targets: ["HackerNews"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax.git", from: "603.0.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    ],
    targets: [
        .target(name: "WireAPI", dependencies: [protobuf]),
        .target(name: "APIJSON", dependencies: [wireAPI, protobuf]),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "WireRPC",
            dependencies: [
                protobuf, logging, nioCore, nioPosix, "CZlib", wireAPI,
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: nio),
                .product(name: "NIOConcurrencyHelpers", package: nio),
            ]),
        .target(name: "ScheduleSpec", dependencies: [wireAPI, protobuf]),
        .target(name: "Engine", dependencies: ["ScheduleSpec", wireAPI, protobuf] + collections),
        .target(
            name: "Store",
            dependencies: ["Engine", logging, .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Server",
            dependencies: [
                "Engine", "ScheduleSpec", "Store", "WireRPC", wireAPI, protobuf, logging, nioCore, nioPosix,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + collections),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "WireRPC", wireAPI, apiJSON, protobuf, logging, nioCore, nioPosix, hummingbird,
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "WebUI",
            dependencies: [
                "ScheduleSpec", "WireRPC", wireAPI, apiJSON, protobuf, logging, nioCore, hummingbird,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Assets/app.css"), .embedInCode("Assets/icon.svg"), .embedInCode("Assets/app.js"),
                .embedInCode("Assets/live.js"), .embedInCode("Assets/morph.js"), .embedInCode("Assets/times.js"),
                .embedInCode("Assets/tables.js"),
                .embedInCode("Assets/run.css"), .embedInCode("Assets/run.js"),
                .embedInCode("Assets/workflows.css"), .embedInCode("Assets/workflows.js"),
                .embedInCode("Assets/schedules.css"), .embedInCode("Assets/schedules.js"),
                .embedInCode("Assets/admin.css"), .embedInCode("Assets/admin.js"),
            ]),
        .target(name: "WorkerCore", dependencies: [wireAPI, protobuf] + collections),
        .macro(
            name: "MillraceMacros",
            dependencies: [
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
                .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
            ]),
        .target(
            name: "Millrace",
            dependencies: [
                "MillraceMacros", "WorkerCore", "WireRPC", wireAPI, apiJSON, protobuf, logging,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + collections),
        .target(name: "MillraceTesting", dependencies: ["Millrace", "Server", apiJSON]),
        .executableTarget(
            name: "MillraceCLI",
            dependencies: [
                "Server", "HTTPAPI", "WebUI", "ScheduleSpec", "WireRPC", wireAPI, apiJSON, protobuf, logging,
                argumentParser,
            ],
            linkerSettings: [.unsafeFlags(smallBinary, .when(platforms: [.linux], configuration: .release))]),
        .executableTarget(
            name: "HackerNews",
            dependencies: [
                "Millrace", "Server", "WebUI", argumentParser, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP1", package: nio), nioCore, nioPosix,
            ],
            path: "Examples/HackerNews"),
        .executableTarget(
            name: "rpc-echo", dependencies: ["WireRPC", wireAPI, protobuf], path: "Benchmarks/rpc/Echo"),
        .executableTarget(
            name: "millrace-bench", dependencies: ["Millrace", "Server", "WireRPC", wireAPI, argumentParser, logging],
            path: "Benchmarks/worker-swift"),
        .target(name: "Simulation", dependencies: ["Engine", "Store", wireAPI, protobuf] + collections),
        .executableTarget(name: "simulate", dependencies: ["Simulation"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
        .testTarget(
            name: "WireRPCTests",
            dependencies: [
                "WireRPC", wireAPI, protobuf, nioCore, nioPosix,
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
            ]),
        .testTarget(name: "APIJSONTests", dependencies: [apiJSON, wireAPI, protobuf]),
        .testTarget(name: "ScheduleSpecTests", dependencies: ["ScheduleSpec", wireAPI, protobuf]),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "MillraceTesting", "Server", "WireRPC", wireAPI, apiJSON, protobuf,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        .testTarget(
            name: "WebUITests",
            dependencies: [
                "WebUI", "ScheduleSpec", "MillraceTesting", "Server", "WireRPC", wireAPI, apiJSON, protobuf, nioCore,
                nioPosix,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", wireAPI, protobuf]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Engine", wireAPI, .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "ServerTests", dependencies: ["Server", "Engine", "Store", "WireRPC", wireAPI, protobuf, nioCore]),
        .testTarget(name: "WorkerCoreTests", dependencies: ["WorkerCore", wireAPI, protobuf], exclude: ["Fixtures"]),
        .testTarget(
            name: "MillraceTests",
            dependencies: [
                "Millrace", "MillraceTesting", "Server", "WorkerCore", "WireRPC", wireAPI, apiJSON, protobuf,
            ]),
        .testTarget(
            name: "MillraceCLITests",
            dependencies: ["MillraceCLI", "WireRPC", wireAPI, apiJSON, protobuf, argumentParser]),
        .testTarget(name: "HackerNewsTests", dependencies: ["HackerNews", "MillraceTesting"]),
        .target(
            name: "DeterminismPrograms", dependencies: ["Millrace", "WorkerCore", wireAPI],
            path: "Tests/DeterminismPrograms"),
        .executableTarget(
            name: "determinism-check", dependencies: ["DeterminismPrograms"], path: "Tests/DeterminismCheck",
            exclude: ["expected.txt"]),
        .testTarget(
            name: "WorkflowTests", dependencies: ["Millrace", "WorkerCore", "DeterminismPrograms", wireAPI, logging]),
        .testTarget(
            name: "IsolationTests", dependencies: ["Millrace"],
            swiftSettings: [
                .defaultIsolation(MainActor.self), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]),
        .executableTarget(name: "store-bench", dependencies: ["Store", "Engine"], path: "Benchmarks/store"),
    ],
    swiftLanguageModes: [.v6]
)

// The macros' own tests, by themselves: a test target that depends on a macro makes the package manager build everything
// that is tested a second time, for the host. `scripts/test-macros` sets the variable.
if Context.environment["MILLRACE_MACRO_TESTS"] != nil {
    package.targets.removeAll { $0.name != "MillraceMacros" }
    package.products = []
    package.targets.append(
        .testTarget(
            name: "MillraceMacrosTests",
            dependencies: [
                "MillraceMacros", .product(name: "SwiftSyntaxMacrosTestSupport", package: "swift-syntax"),
            ]))
}

// For work on one part: `MILLRACE_TESTS=EngineTests,StoreTests swift build --build-tests` leaves the other test targets
// out, so that only what these need is built and linked.
if let wanted = Context.environment["MILLRACE_TESTS"]?.split(separator: ",").map(String.init), !wanted.isEmpty {
    package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}
