/// Options that cannot work, found before anything was sent.
public struct InvalidOptions: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which option, such as `retry.backoffCoefficient`.
    public var option: String
    /// What is wrong with it and what to do.
    public var problem: String

    public init(_ option: String, _ problem: String) {
        self.option = option
        self.problem = problem
    }

    public var description: String { "\(option) \(problem)" }
}
