import NIOCore
import SwiftProtobuf
import WireAPI
import WireRPC

/// The smallest server there is: one method that answers with its request, and a few that misbehave on purpose for the
/// peer tests. Prints `listening on PORT`, then serves until its input ends.
///
///     rpc-echo [--port N] [--tls CERT KEY [CLIENT_ROOTS]]
///     rpc-echo call PORT COUNT IN_FLIGHT      (our client against such a server)
///     rpc-echo probe HOST:PORT                (our client against a Temporal server)
@main
enum Main {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "call" {
            return try await LoadClient.run(Array(arguments.dropFirst()))
        }
        if arguments.first == "probe", arguments.count == 2 {
            return try await Probe.run(arguments[1])
        }
        var port = 0
        var configuration = RPCServer.Configuration()
        while !arguments.isEmpty {
            switch arguments.removeFirst() {
            case "--port" where !arguments.isEmpty:
                port = Int(arguments.removeFirst()) ?? 0
            case "--tls" where arguments.count >= 2:
                configuration.tls = RPCServer.TLS(
                    certificateChain: .file(arguments[0]), privateKey: .file(arguments[1]),
                    clientRoots: arguments.count > 2 ? .file(arguments[2]) : nil)
                arguments.removeAll()
            case let unknown:
                print("unknown argument \(unknown)")
                return
            }
        }
        let server = try await RPCServer.start(port: port, table: EchoTable.make(), configuration: configuration)
        print("listening on \(server.port)")
        flushOutput()
        while readLine() != nil {}
        await server.shutdownGracefully(grace: .seconds(5))
    }
}
