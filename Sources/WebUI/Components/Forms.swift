/// A form that is sent with POST, with the token that proves it is ours.
struct PostForm: Component {
    var action: String
    var token: String
    var className: HTML = "form"
    /// Fields that are not shown.
    var hidden: [(name: String, value: String)] = []
    var content: HTML

    var html: HTML {
        """
        <form method="post" action="\(action)" class="\(className)">
        <input type="hidden" name="\(CrossSiteToken.fieldName)" value="\(token)">\
        \(each: hidden, { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" })
        \(content)</form>
        """
    }
}

/// A field with its label, a hint, and the error that was made in it.
struct Field: Component {
    enum Control {
        case text(placeholder: String = "")
        case area(rows: Int, placeholder: String = "")
        case choice([(value: String, title: String)])
        case number(minimum: Int?, maximum: Int?)
    }

    var name: String
    var label: String
    var value: String
    var control: Control
    var hint: HTML
    var error: String?
    var isRequired: Bool
    /// Words that complete what is written.
    var suggestions: [String]

    init(
        _ name: String, _ label: String, value: String = "", control: Control = .text(), hint: HTML = .empty,
        error: String? = nil, isRequired: Bool = false, suggestions: [String] = []
    ) {
        self.name = name
        self.label = label
        self.value = value
        self.control = control
        self.hint = hint
        self.error = error
        self.isRequired = isRequired
        self.suggestions = suggestions
    }

    var html: HTML {
        """
        <div class="field"><label for="field-\(name)">\(label)</label>\(input)\
        \(if: !suggestions.isEmpty, list)\
        \(if: !hint.isEmpty, "<span class=\"hint\" id=\"hint-\(name)\">\(hint)</span>")\
        \(error.map { "<span class=\"error\" id=\"error-\(name)\" role=\"alert\">\($0)</span>" as HTML })</div>
        """
    }

    private var list: HTML {
        "<datalist id=\"list-\(name)\">\(each: suggestions, { "<option value=\"\($0)\"></option>" })</datalist>"
    }

    private var common: HTML {
        let described = [error == nil ? nil : "error-\(name)", hint.isEmpty ? nil : "hint-\(name)"].compactMap { $0 }
        return """
             id="field-\(name)" name="\(name)"\(flag: "required", isRequired)\
            \(attribute: "aria-describedby", described.isEmpty ? nil : described.joined(separator: " "))\
            \(if: error != nil, " aria-invalid=\"true\"")
            """
    }

    private var input: HTML {
        switch control {
        case .text(let placeholder):
            """
            <input type="text"\(common) value="\(value)" placeholder="\(placeholder)" autocomplete="off" \
            spellcheck="false"\(attribute: "list", suggestions.isEmpty ? nil : "list-\(name)")>
            """
        case .area(let rows, let placeholder):
            """
            <textarea\(common) rows="\(rows)" placeholder="\(placeholder)" spellcheck="false" autocomplete="off">
            \(value)</textarea>
            """
        case .choice(let options):
            """
            <select\(common)>\(each: options, {
                "<option value=\"\($0.value)\"\(flag: "selected", $0.value == value)>\($0.title)</option>"
            })</select>
            """
        case .number(let minimum, let maximum):
            """
            <input type="number"\(common) value="\(value)"\(attribute: "min", minimum.map(String.init))\
            \(attribute: "max", maximum.map(String.init)) inputmode="numeric">
            """
        }
    }
}

/// A box to tick.
struct Checkbox: Component {
    var name: String
    var label: String
    var value = "on"
    var isChecked: Bool

    var html: HTML {
        """
        <label class="choice"><input type="checkbox" name="\(name)" value="\(value)"\(flag: "checked", isChecked)> \
        <span>\(label)</span></label>
        """
    }
}

/// A button that sends the form it is in.
struct SubmitButton: Component {
    enum Kind { case main, plain, danger }

    var title: String
    var kind: Kind = .main
    /// Sent with the form, so that one form may have several buttons.
    var name: String?
    var value: String?
    /// Another address than the form's.
    var action: String?

    var html: HTML {
        """
        <button type="submit" class="\(className)"\(attribute: "name", name)\(attribute: "value", value)\
        \(attribute: "formaction", action)>\(title)</button>
        """
    }

    private var className: HTML {
        switch kind {
        case .main: "button button-main"
        case .plain: "button"
        case .danger: "button button-danger"
        }
    }
}

/// A link that looks like a button.
struct LinkButton: Component {
    var title: String
    var address: String
    var icon: Icon?
    var isMain = false

    var html: HTML {
        """
        <a class="button\(if: isMain, " button-main")" href="\(address)">\(icon)\(title)</a>
        """
    }
}

/// A page that asks before something is done that cannot be taken back.
struct Confirmation: Component {
    var question: String
    var explanation: HTML
    /// Where the answer goes.
    var action: String
    var token: String
    var hidden: [(name: String, value: String)] = []
    var fields: HTML = .empty
    var confirm: String
    var isDangerous = true
    /// Where "no" leads.
    var back: String

    var html: HTML {
        Card(
            title: "\(question)",
            content: """
                <div>\(explanation)</div>
                \(PostForm(action: action, token: token, hidden: hidden + [("confirmed", "yes")], content: form))
                """
        ).html
    }

    private var form: HTML {
        """
        \(fields)<div class="form-end">\
        <button type="submit" class="button button-main\(if: isDangerous, " button-danger")">\(confirm)</button>\
        <a class="button button-plain" href="\(back)">Back</a></div>
        """
    }
}
