import APIJSON
import Testing

@testable import WebUI

@Suite struct HTMLTests {
    private let hostile = "<script>alert('1 & \"2\"')</script>\0"

    @Test func escapesWhatIsInterpolated() {
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        let escaped = "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;\u{FFFD}"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
        #expect(HTML(text: hostile).text == escaped)
    }

    @Test func doesNotEscapeTwice() {
        let inner: HTML = "<b>\("a & b")</b>"
        let outer: HTML = "<p>\(inner)\([inner, inner])\(inner as HTML?)</p>"
        let once = "<b>a &amp; b</b>"
        #expect(outer.text == "<p>\(once)\(once)\(once)\(once)</p>")
    }

    @Test func leavesOutWhatIsNotThere() {
        let missing: String? = nil
        let html: HTML = """
            <i\(attribute: "id", missing)\(attribute: "class", "a\"b")\(flag: "hidden", false)\(flag: "open", true)>\
            \(if: false, "no")\(if: true, "yes")\(nil as HTML?)</i>
            """
        #expect(html.text == "<i class=\"a&quot;b\" open>yes</i>")
    }

    @Test func repeats() {
        let html: HTML = "\(each: ["<", "b"], { "<li>\($0)</li>" })"
        #expect(html.text == "<li>&lt;</li><li>b</li>")
        #expect(HTML(each: 1...3) { "\($0)," }.text == "1,2,3,")
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (12.345, "12.35"), (0.05, "0.05"), (-0.5, "-0.50"), (99.999, "100"),
        (1e300, "1000000000"),
    ])
    func writesNumbersOfDrawings(_ number: Double, _ text: String) {
        let html: HTML = "\(number)"
        // Trailing zeros are harmless.
        #expect(html.text == text || html.text + "0" == text)
    }

    @Test func componentsAreWellFormed() {
        let parts: [any Component] = [
            StatusBadge(hostile, .running), Tag(hostile, .failed), CopyButton(hostile), Note("\(hostile)"),
            EmptyState(title: hostile, text: "\(hostile)", command: hostile),
            Card(title: "\(hostile)", id: hostile, actions: "\(hostile)", content: "\(hostile)"),
            PageHead(title: "\(hostile)", actions: "\(hostile)"),
            Facts(.grid, [(hostile, "\(hostile)")]), Facts(.list, [(hostile, "\(hostile)"), ("none", nil)]),
            Pages(text: "\(hostile)", first: hostile, previous: hostile, next: hostile),
            Tabs(label: hostile, tabs: [.init(title: hostile, address: hostile, count: hostile, isCurrent: true)]),
            Switch(label: hostile, options: [(hostile, hostile, true)]),
            DataTable(
                caption: hostile, id: hostile, columns: [.init(hostile, .main)],
                rows: [.init(id: hostile, cells: ["\(hostile)"])]),
            Field("name", hostile, value: hostile, hint: "\(hostile)", error: hostile, suggestions: [hostile]),
            Field("name", hostile, value: hostile, control: .area(rows: 2, placeholder: hostile)),
            Field("name", hostile, value: hostile, control: .choice([(hostile, hostile)])),
            Checkbox(name: hostile, label: hostile, value: hostile, isChecked: true),
            SubmitButton(title: hostile, name: hostile, value: hostile, action: hostile),
            LinkButton(title: hostile, address: hostile, icon: .add),
            PostForm(action: hostile, token: hostile, hidden: [(hostile, hostile)], content: "\(hostile)"),
            Confirmation(
                question: hostile, explanation: "\(hostile)", action: hostile, token: hostile, confirm: hostile,
                back: hostile),
            JSONView(.object([.init(hostile, .array([.string(hostile), .null, 1, true]))])),
        ]
        for part in parts {
            let text = part.html.text
            #expect(!text.contains("<script>"))
            #expect(MarkupCheck.problems(text) == [], "\(type(of: part)): \(text)")
        }
    }
}

/// The checker itself finds what it is for.
@Suite struct MarkupCheckTests {
    @Test(arguments: [
        "<p>", "</p>", "<p><b></p></b>", "<p style=\"a\"></p>", "<p onclick=\"a\"></p>", "<p class='a'></p>", "<p",
    ])
    func findsProblems(_ html: String) {
        #expect(!MarkupCheck.problems(html).isEmpty)
    }

    @Test(arguments: ["<p>a<br>b</p>", "<svg><path d=\"M0 0\"/></svg>", "<a title=\"x > y style=\">z</a>", "text"])
    func leavesGoodMarkupAlone(_ html: String) {
        #expect(MarkupCheck.problems(html) == [])
    }
}
