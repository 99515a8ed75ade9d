import SwiftProtobuf

/// Names of enum values as tables show them: `WORKFLOW_EXECUTION_STATUS_TIMED_OUT` is `TimedOut`.
enum EnumText {
    /// A value this build does not know shows as its number.
    static func short(_ value: some SwiftProtobuf.Enum) -> String {
        // The generated cases are the names of the API in lower camel case, without the prefix of their type.
        let name = String(describing: value)
        guard !name.hasPrefix("UNRECOGNIZED") else { return "\(value.rawValue)" }
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
