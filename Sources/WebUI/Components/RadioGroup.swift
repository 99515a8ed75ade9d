/// A few choices of which one is taken, all in view.
struct RadioGroup: Component {
    var name: String
    var label: String
    var value: String
    var options: [(value: String, title: String)]

    var html: HTML {
        """
        <fieldset class="field radios"><legend class="label">\(label)</legend>\(each: options, { option in
            """
            <label class="choice"><input type="radio" name="\(name)" value="\(option.value)"\
            \(flag: "checked", option.value == value)> <span>\(option.title)</span></label>
            """
        })</fieldset>
        """
    }
}
