import Logging
import SwiftProtobuf

/// The log of a server: lines on standard error, as text or JSON.
struct ServerLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let isJSON: Bool
    private let sink: any TextSink

    private init(label: String, level: Logger.Level, isJSON: Bool, sink: any TextSink) {
        self.label = label
        self.logLevel = level
        self.isJSON = isJSON
        self.sink = sink
    }

    static func logger(_ settings: DevServerSettings, _ sink: any TextSink) -> Logger {
        let level: Logger.Level? =
            switch settings.logLevel {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            case .never: nil
            }
        guard let level else { return Logger(label: "millrace.server") { _ in SwiftLogNoOpLogHandler() } }
        let isJSON = settings.logFormat == .json
        return Logger(label: "millrace.server") { label in
            ServerLog(label: label, level: level, isJSON: isJSON, sink: sink)
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = TimeText.iso(.now())
        if isJSON {
            var members: [JSONValue.Member] = [
                .init("time", .string(time)), .init("level", .string("\(event.level)")),
                .init("logger", .string(label)), .init("message", .string("\(event.message)")),
            ]
            members += all.map { .init($0.key, .string("\($0.value)")) }
            sink.write(JSONPrinter.compact(.object(members)) + "\n")
        } else {
            let fields = all.map { " \($0.key)=\($0.value)" }.joined()
            sink.write("\(time) \(event.level) \(event.message)\(fields)\n")
        }
    }
}
