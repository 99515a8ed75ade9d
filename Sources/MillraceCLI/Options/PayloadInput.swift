import ArgumentParser
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Values given on the command line or in files, as payloads.
struct PayloadInput: Sendable {
    var values: [String] = []
    var files: [String] = []
    /// `KEY=VALUE`; what a key has several times goes to the inputs in turn.
    var metadata: [String] = []
    var isBase64 = false

    /// - Returns: `nil` without inputs.
    func payloads() throws -> APIPayloads? {
        guard values.isEmpty || files.isEmpty else { throw UsageError("cannot provide input and input file") }
        let metadata = try metadataByKey()
        let inputs = try values.map { Array($0.utf8) } + files.map(read)
        guard !inputs.isEmpty else { return nil }
        var payloads = APIPayloads()
        payloads.payloads = try inputs.enumerated().map { index, bytes in
            try payload(bytes, number: index + 1, metadata.mapValues { $0[index % $0.count] })
        }
        return payloads
    }

    private func metadataByKey() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for entry in metadata {
            guard let equals = entry.firstIndex(of: "=") else {
                throw UsageError("metadata \(entry) expected to have '='")
            }
            result[String(entry[..<equals]), default: []].append(String(entry[entry.index(after: equals)...]))
        }
        if result["encoding"] == nil { result["encoding"] = ["json/plain"] }
        return result
    }

    private func read(_ path: String) throws -> [UInt8] {
        do {
            return try SettingsFile.bytes(path)
        } catch let error as OperationError {
            throw OperationError("failed reading input file \"\(path)\": \(error)")
        }
    }

    private func payload(_ bytes: [UInt8], number: Int, _ metadata: [String: String]) throws -> APIPayload {
        var bytes = bytes
        if isBase64 {
            guard let decoded = Base64.decode(String(decoding: bytes, as: UTF8.self)) else {
                throw UsageError("input #\(number) is not valid base64")
            }
            bytes = decoded
        }
        if metadata["encoding"]?.hasPrefix("json/") == true, (try? JSONParser.parse(bytes)) == nil {
            throw UsageError("input #\(number) is not valid JSON")
        }
        var payload = APIPayload()
        payload.metadata = metadata.mapValues { Data($0.utf8) }
        payload.data = Data(bytes)
        return payload
    }
}

/// The options for inputs.
struct PayloadInputOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("i", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Input value, JSON unless --input-meta says otherwise; repeatable.", valueName: "json"))
    var input: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("File with an input value; repeatable. Not together with --input.", valueName: "path"))
    var inputFile: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Metadata of the inputs; \"encoding\" is json/plain by default. What a key has several times goes to the "
                + "inputs in turn.", valueName: "key=value"))
    var inputMeta: [String] = []

    @Flag(help: "Inputs are base64.")
    var inputBase64 = false

    func payloads() throws -> APIPayloads? {
        try PayloadInput(values: input, files: inputFile, metadata: inputMeta, isBase64: inputBase64).payloads()
    }
}
