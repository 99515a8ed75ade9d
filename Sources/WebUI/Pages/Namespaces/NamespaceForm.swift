import SwiftProtobuf
import WireAPI

/// What can be said of a namespace in a form.
struct NamespaceForm {
    var name = ""
    var description = ""
    var owner = ""
    var retention = "3d"
    /// A line for each: `key=value`.
    var dataText = ""
    /// By the names of the fields.
    var errors: [String: String] = [:]

    init() {}

    init(_ namespace: APIDescribeNamespaceResponse) {
        let info = namespace.namespaceInfo
        name = info.name
        description = info.description_p
        owner = info.ownerEmail
        retention = RetentionText.field(namespace.config.workflowExecutionRetentionTtl)
        dataText = info.data.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    init(_ fields: Fields) {
        name = fields.text("name") ?? ""
        description = fields.text("description") ?? ""
        owner = fields.text("owner") ?? ""
        retention = fields.text("retention") ?? ""
        dataText = fields["data"] ?? ""
    }

    /// Finds what is wrong.
    /// - Returns: The retention, or nil if there are errors.
    mutating func check() -> Google_Protobuf_Duration? {
        for line in lines where !line.contains("=") {
            errors["data"] = "Write key=value: \(line)"
        }
        let duration = RetentionText.parse(retention)
        if duration == nil { errors["retention"] = "Write a time such as 3d, 36h or 1d12h." }
        return errors.isEmpty ? duration : nil
    }

    var data: [String: String] {
        var result: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[parts[0].trimmingSpace()] = parts[1].trimmingSpace() }
        }
        return result
    }

    private var lines: [String] {
        dataText.split(whereSeparator: \.isNewline).map { $0.trimmingSpace() }.filter { !$0.isEmpty }
    }

    var nameField: HTML {
        Field(
            "name", "Name", value: name, control: .text(placeholder: "reports"),
            hint: "Letters, digits, dots, dashes and underscores. It cannot be changed later.", error: errors["name"],
            isRequired: true
        ).html
    }

    var fields: HTML {
        """
        \(Field("description", "Description", value: description, hint: "What the namespace is for."))
        \(Field(
            "retention", "Retention", value: retention, control: .text(placeholder: "3d"),
            hint: "How long closed runs are kept, such as 3d or 36h.", error: errors["retention"], isRequired: true))
        \(Field("owner", "Owner", value: owner, control: .text(placeholder: "name@example.org")))
        \(Field(
            "data", "Data", value: dataText, control: .area(rows: 3, placeholder: "team=data"),
            hint: "Anything that is worth remembering, a line for each: key=value.", error: errors["data"]))
        """
    }
}
