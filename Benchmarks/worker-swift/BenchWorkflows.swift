import Millrace

@Activities(startToClose: .seconds(30))
struct Step {
    func step(value: Int) async throws -> Int { value + 1 }
}

/// So many activities, one after the other.
@Workflow
actor Steps {
    func run(count: Int) async throws -> Int {
        var value = 0
        for _ in 0..<count { value = try await Step.stub.step(value: value) }
        return value
    }
}

/// So many activities at once.
@Workflow
actor FanOut {
    func run(count: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask { try await Step.stub.step(value: number) }
            }
            return try await group.reduce(0) { sum, _ in sum + 1 }
        }
    }
}

/// So many activities, one after the other, with a short wait after each: for replay.
@Workflow
actor StepsAndWaits {
    func run(count: Int) async throws -> Int {
        var value = 0
        for _ in 0..<count {
            value = try await Step.stub.step(value: value)
            try await Workflow.sleep(for: .milliseconds(1))
        }
        return value
    }
}
