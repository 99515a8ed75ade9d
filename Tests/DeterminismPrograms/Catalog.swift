import Millrace
import WorkerCore

/// All programs in all variants, as text.
///
/// Every program runs with every way of crossing between isolations and every order in which what it waits for may
/// end. The text of one order must be the same for all crossings, and the whole the same in debug and release builds.
package enum Catalog {
    package struct Variant: Sendable {
        package var program: String
        package var order: Player.Order
        package var hop: Hop
        package var lines: [String]
    }

    private static let programs: [any WorkflowDefinition.Type] = [
        AsyncLets.self, Groups.self, Conditions.self, Streams.self, OtherActors.self, Cancellations.self,
        Stopped.self, Signalled.self, Chances.self,
    ]

    package static func run() throws -> [Variant] {
        var variants: [Variant] = []
        for program in programs {
            for order in Player.Order.allCases {
                for hop in Hop.allCases {
                    let lines = try Player.play(
                        program, BoundaryValue(hop), order: order, then: extra(program, hop))
                    variants.append(Variant(program: "\(program)", order: order, hop: hop, lines: lines))
                }
            }
        }
        return variants
    }

    /// What happens besides the answers to the program's commands.
    private static func extra(_ program: any WorkflowDefinition.Type, _ hop: Hop) throws -> [Int: [ActivationJob]] {
        if program == Stopped.self { return [1: [.cancelWorkflow(reason: "test")]] }
        if program == Signalled.self {
            let signals = try ["x", "y"].map {
                try ActivationJob.signal("add", BoundaryValue($0), BoundaryValue(hop))
            }
            return [1: signals]
        }
        return [:]
    }

    /// The text that is compared with the committed one: the variants without crossings.
    package static func text(_ variants: [Variant]) -> String {
        variants.filter { $0.hop == .none }.map { variant in
            (["## \(variant.program), \(variant.order.rawValue)"] + variant.lines).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    /// The variants whose lines differ from those of the same program without crossings.
    package static func differences(_ variants: [Variant]) -> [String] {
        variants.filter { variant in
            let plain = variants.first {
                $0.program == variant.program && $0.order == variant.order && $0.hop == .none
            }
            return variant.lines.dropFirst() != plain?.lines.dropFirst()
        }.map { "\($0.program), \($0.order.rawValue), \($0.hop.rawValue)" }
    }
}
