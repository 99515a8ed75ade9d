import Millrace

func step(_ name: String) async throws -> String {
    try await Workflow.execute(
        activity: "step", name, returning: String.self, options: ActivityOptions(startToClose: .seconds(10)))
}

struct Order: Codable, Sendable, Equatable {
    var item: String
    var count: Int
}

struct Bug: Error {}

@Activities(startToClose: .seconds(15))
struct Shop {
    let name: String

    func price(of item: String, count: Int = 1) async throws -> Int { item.count * count }
    @Activity("shop.buy", retry: .upTo(5)) func buy(_ order: Order) throws -> String { "\(name): \(order.item)" }
    func close() {}
    @Activity(dynamic: true) func anything(name: String, arguments: Arguments) async throws -> Int { arguments.count }
    private func helper() {}
}

/// Everything a workflow can have.
@Workflow("cart")
actor Cart {
    /// What is in the cart.
    @Query private(set) var items: [String]
    @Query("state") private(set) var stage = "open"
    private var others: [String] = []

    init(items: [String], _ limit: Int = 9) throws {
        if items.count > limit { throw ApplicationFailure("too many") }
        self.items = items
    }

    func run(items: [String], _ limit: Int = 9) async throws -> Order {
        try await Workflow.wait { self.stage == "paid" }
        return Order(item: self.items.joined(separator: "+"), count: self.items.count)
    }

    @Signal func pay() { stage = "paid" }
    @Signal("drop-item") func drop(_ item: String) async throws {
        _ = try await step("drop \(item)")
        items.removeAll { $0 == item }
    }
    @Signal(dynamic: true) func other(name: String, arguments: Arguments) { others.append(name) }

    @Query func count(of item: String) -> Int { items.count { $0 == item } }
    @Query func otherSignals() throws -> [String] { others }

    @Update func add(_ item: String, count: Int = 1) async throws -> Int {
        for _ in 0..<count { items.append(item) }
        return items.count
    }

    @Validator func validateAdd(_ item: String, count: Int) throws {
        if item.isEmpty { throw ApplicationFailure("an item needs a name") }
    }

    @Update func clear() { items = [] }
}

@Workflow
actor Plain {
    func run() async throws -> String { try await step("one") }
}

@Workflow
actor Asker {
    func run(questions: [String]) async throws -> [Int] {
        let shop = Shop.stub
        let price = try await shop.price(of: "tea", count: 2)
        let bought = try await shop.with(startToClose: .seconds(1), retry: .never).buy(Order(item: "tea", count: 2))
        try await shop.close()
        return [price, bought.count]
    }
}

@Workflow(dynamic: true)
actor AnyType {
    func run(_ arguments: Arguments) async throws -> String {
        let first = try arguments.decode(String.self, at: 0)
        return Workflow.info.workflowType + " " + first
    }
}
