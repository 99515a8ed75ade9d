import SwiftProtobuf

/// Points in time as forms have them: a day and a time of day in UTC.
enum TimeInput {
    /// `2026-11-24T17:00:00`
    static func text(_ time: Google_Protobuf_Timestamp) -> String { String(TimeText.iso(time).prefix(19)) }

    /// Reads what the browser's picker writes, and what people do: `2026-11-24 17:00`, `2026-11-24`, a `Z` at the end or
    /// an offset such as `+01:00`.
    static func parse(_ text: String) -> Google_Protobuf_Timestamp? {
        var text = text.trimmingSpace().replacing(" ", with: "T")
        if text.utf8.count == 10 { text += "T00:00:00" }
        if text.utf8.count == 16 { text += ":00" }
        let clock = text.dropFirst(10)
        if !clock.hasSuffix("Z"), !clock.contains("+"), !clock.contains("-") { text += "Z" }
        return try? Google_Protobuf_Timestamp(jsonString: "\"\(text)\"")
    }
}

/// A field for a point in time in UTC.
struct TimeField: Component {
    var name: String
    var label: String
    var value: String
    var hint: HTML = "UTC"
    var error: String?

    var html: HTML {
        let described = error == nil ? "hint-\(name)" : "error-\(name) hint-\(name)"
        return """
            <div class="field"><label for="field-\(name)">\(label)</label>\
            <input type="datetime-local" step="1" id="field-\(name)" name="\(name)" value="\(value)" \
            aria-describedby="\(described)"\(if: error != nil, " aria-invalid=\"true\"")>\
            <span class="hint" id="hint-\(name)">\(hint)</span>\
            \(error.map { "<span class=\"error\" id=\"error-\(name)\" role=\"alert\">\($0)</span>" as HTML })</div>
            """
    }
}
