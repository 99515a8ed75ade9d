import APIJSON

extension JSONValue {
    /// Sets a member of nested objects, which are made as needed.
    mutating func set(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let key = path.first else {
            self = value
            return
        }
        var members: [Member] = []
        if case .object(let existing) = self { members = existing }
        let index = members.firstIndex { $0.key == key } ?? members.endIndex
        if index == members.endIndex { members.append(Member(key, .object([]))) }
        members[index].value.set(value, at: path.dropFirst())
        self = .object(members)
    }
}
