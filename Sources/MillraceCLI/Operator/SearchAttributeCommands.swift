import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace operator search-attribute`
struct SearchAttributeCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search-attribute", abstract: "Manage search attributes.",
        subcommands: [
            SearchAttributeCreateCommand.self, SearchAttributeListCommand.self, SearchAttributeRemoveCommand.self,
        ])
}

enum SearchAttributeType: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text = "Text"
    case keyword = "Keyword"
    case int = "Int"
    case double = "Double"
    case bool = "Bool"
    case datetime = "Datetime"
    case keywordList = "KeywordList"

    var wire: APIIndexedValueType {
        switch self {
        case .text: .text
        case .keyword: .keyword
        case .int: .int
        case .double: .double
        case .bool: .bool
        case .datetime: .datetime
        case .keywordList: .keywordList
        }
    }
}

/// Reads the search attributes of a namespace.
private func listSearchAttributes(
    _ client: ServiceClient, _ activity: String
) async throws -> APIListSearchAttributesResponse {
    var request = APIListSearchAttributesRequest()
    request.namespace = client.namespace
    return try await during(activity) { try await client.call(OperatorService.listSearchAttributes, request) }
}

/// `millrace operator search-attribute list`
struct SearchAttributeListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all search attributes.")

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let response = try await listSearchAttributes(client, "unable to list search attributes")
        guard !session.isJSON else { return session.json(try json(response, session)) }
        let attributes = [response.systemAttributes, response.customAttributes].flatMap { group in
            group.sorted { $0.key < $1.key }
        }
        let rows = attributes.map { [Table.Cell($0.key), Table.Cell(EnumText.short($0.value))] }
        session.table(Table(columns: [.init("Name"), .init("Type")], rows: rows))
    }

    /// Where the store keeps them is left out.
    private func json(_ response: APIListSearchAttributesResponse, _ session: Session) throws -> JSONValue {
        var response = response
        response.storageSchema = [:]
        return try session.protoJSON(response)
    }
}

/// `millrace operator search-attribute create`
struct SearchAttributeCreateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Add search attributes.",
        discussion: "millrace operator search-attribute create --name Customer --type Keyword")

    @Option(parsing: .unconditionalSingleValue, help: "Name of the attribute; repeatable.")
    var name: [String]

    @Option(
        parsing: .unconditionalSingleValue,
        help: "Type of the attribute: one for all names, or one for each in the same order.")
    var type: [SearchAttributeType]

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard type.count == 1 || type.count == name.count else {
            throw UsageError("give one --type for all names, or as many as names")
        }
        let client = try await session.client(connection)
        let existing = try await listSearchAttributes(client, "unable to get existing search attributes")
        var request = APIAddSearchAttributesRequest()
        request.namespace = client.namespace
        for (index, name) in name.enumerated() {
            let type = type.count == 1 ? type[0] : type[index]
            if existing.systemAttributes[name] != nil {
                throw OperationError("unable to add search attribute \(name): it is a system search attribute")
            }
            if let known = existing.customAttributes[name] {
                guard known == type.wire else {
                    throw OperationError(
                        "search attribute \(name) already exists and has different type \(EnumText.short(known))")
                }
            } else {
                request.searchAttributes[name] = type.wire
            }
        }
        if !request.searchAttributes.isEmpty {
            _ = try await during("unable to add search attributes") {
                try await client.call(OperatorService.addSearchAttributes, request)
            }
        }
        session.line("Search attributes have been added")
    }
}

/// `millrace operator search-attribute remove`
struct SearchAttributeRemoveCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove custom search attributes.")

    @Option(parsing: .unconditionalSingleValue, help: "Name of the attribute; repeatable.")
    var name: [String]

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let shown = JSONPrinter.compact(.array(name.map { .string($0) }))
        try session.confirm(
            "You are about to remove search attribute \(shown)?", yes: yes,
            denied: "user denied confirmation, operation aborted")
        let client = try await session.client(connection)
        var request = APIRemoveSearchAttributesRequest()
        request.namespace = client.namespace
        request.searchAttributes = name
        _ = try await during("unable to remove search attributes") {
            try await client.call(OperatorService.removeSearchAttributes, request)
        }
        session.line("Search attributes have been removed")
    }
}
