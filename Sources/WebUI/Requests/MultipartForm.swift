/// Reads forms with files (`multipart/form-data`, RFC 7578).
enum MultipartForm {
    /// The fields of a form, files by their content.
    /// - Returns: nil if the body is not what its type says.
    static func fields(_ body: [UInt8], contentType: String) -> Fields? {
        guard let boundary = boundary(contentType) else { return nil }
        let mark = Array("\r\n--\(boundary)".utf8)
        // The first boundary has no line before it.
        let bytes = [13, 10] + body
        var fields: [(name: String, value: String)] = []
        guard var place = find(mark, in: bytes, from: 0) else { return nil }
        while true {
            place += mark.count
            if bytes[place...].starts(with: Array("--".utf8)) { return Fields(fields) }
            guard let next = find(mark, in: bytes, from: place), fields.count < 100 else { return nil }
            if let field = part(bytes[place..<next]) { fields.append(field) }
            place = next
        }
    }

    private static func boundary(_ contentType: String) -> String? {
        for parameter in contentType.split(separator: ";").dropFirst() {
            let pieces = parameter.split(separator: "=", maxSplits: 1)
            guard pieces.count == 2, pieces[0].trimmingSpace().lowercased() == "boundary" else { continue }
            var value = pieces[1].trimmingSpace()
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 2 {
                value = String(value.dropFirst().dropLast())
            }
            return value.isEmpty || value.utf8.count > 70 ? nil : value
        }
        return nil
    }

    /// A part begins with the end of the boundary's line; headers and content follow.
    private static func part(_ bytes: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let end = find(Array("\r\n\r\n".utf8), in: bytes, from: bytes.startIndex) else { return nil }
        let headers = String(decoding: bytes[..<end], as: UTF8.self)
        guard let name = name(headers) else { return nil }
        return (name, String(decoding: bytes[(end + 4)...], as: UTF8.self))
    }

    private static func name(_ headers: String) -> String? {
        for line in headers.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in line.split(separator: ";").dropFirst() {
                let text = parameter.trimmingSpace()
                if text.hasPrefix("name=\""), text.hasSuffix("\"") { return String(text.dropFirst(6).dropLast()) }
            }
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in bytes: some RandomAccessCollection<UInt8>, from start: Int) -> Int?
    {
        bytes.withContiguousStorageIfAvailable { buffer in
            let base = (bytes.startIndex as? Int) ?? 0
            var index = start - base
            let last = buffer.count - pattern.count
            while index <= last {
                if buffer[index] == pattern[0], buffer[index..<(index + pattern.count)].elementsEqual(pattern) {
                    return index + base
                }
                index += 1
            }
            return nil
        } ?? nil
    }
}
