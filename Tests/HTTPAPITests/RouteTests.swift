import SwiftProtobuf
import Testing
import WireAPI

@testable import HTTPAPI

@Suite struct RouteTests {
    private struct Rules: HTTPRuleVisitor {
        var all: [(request: String, rule: HTTPRule)] = []

        mutating func visit<Request: Message, Response: Message>(
            _ method: RPCMethod<Request, Response>, _ rules: [HTTPRule]
        ) {
            all += rules.map { (Request.protoMessageName, $0) }
        }
    }

    private var rules: [(request: String, rule: HTTPRule)] {
        var rules = Rules()
        HTTPRule.visitAll(&rules)
        return rules.all
    }

    @Test func everyRuleIsFoundByItsOwnPath() throws {
        #expect(rules.count > 200)
        for (request, rule) in rules {
            let segments = rule.path.split(separator: "/").map { $0.hasPrefix("{") ? "x y" : String($0) }
            guard
                case .route(let route, let values) = RouteTable.api.match(verb: rule.verb.rawValue, segments: segments)
            else {
                Issue.record("\(rule.verb) \(rule.path) is not found")
                continue
            }
            #expect(route.call.requestName == request)
            #expect(route.hasBody == rule.hasBody)
            #expect(values.allSatisfy { $0 == "x y" } && values.count == route.variables.count)
        }
    }

    @Test func everyVariableIsATextOfItsRequest() {
        for (request, rule) in rules {
            for segment in rule.path.split(separator: "/") where segment.hasPrefix("{") {
                var message = request
                var type: RequestSchema.FieldType?
                for name in segment.dropFirst().dropLast().split(separator: ".") {
                    type = RequestSchema.api.field(name, of: message)?.type
                    if case .message(let next)? = type { message = next }
                }
                #expect(type == .string, "\(rule.path) \(segment)")
            }
        }
    }

    @Test func everyTypeOfTheSchemaIsKnown() {
        func names(_ type: RequestSchema.FieldType) -> String? {
            switch type {
            case .message(let name): name
            case .repeated(let inner), .map(let inner): names(inner)
            default: nil
            }
        }
        #expect(RequestSchema.api.messages.count > 200)
        for (message, fields) in RequestSchema.api.messages {
            for name in fields.values.compactMap({ names($0.type) }) where WellKnown(rawValue: name) == nil {
                #expect(RequestSchema.api.messages[name] != nil || name.hasPrefix("google.protobuf."), "\(message)")
            }
        }
    }

    @Test func targetsAreTakenApart() throws {
        let target = try RequestTarget("/a%2Fb//%C3%A9/?x=1+2&y&z=%3D&x=")
        #expect(target.segments == ["a/b", "", "é", ""])
        #expect(target.parameters.map(\.key) == ["x", "y", "z", "x"])
        #expect(target.parameters.map(\.value) == ["1 2", "", "=", ""])
        for bad in ["/%", "/%4", "/%zz", "/%FF", "/?%zz", "/?a=%f", "/?a;b"] {
            #expect(throws: (any Error).self, "\(bad)") { try RequestTarget(bad) }
        }
    }
}
