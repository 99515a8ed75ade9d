/// A part of a page that knows how it looks. Pages put components together; all markup that more than one page has
/// lives here.
protocol Component {
    var html: HTML { get }
}

extension HTML.StringInterpolation {
    mutating func appendInterpolation(_ component: some Component) {
        appendInterpolation(component.html)
    }

    mutating func appendInterpolation<Value: Component>(_ component: Value?) {
        if let component { appendInterpolation(component.html) }
    }
}
