import Foundation
import Millrace

/// Starts the pipeline, shows its steps as they happen, and prints the table.
enum PipelineRun {
    static func perform(_ client: Client, id: String, limit: Int) async throws {
        let run = try await client.start(
            TopStories.run(limit: limit), id: id, taskQueue: HackerNewsCommand.taskQueue,
            options: WorkflowOptions(summary: "The \(limit) top stories"))
        Output.line("Workflow \(id), run \(run.runID ?? "")")
        async let page = run.result
        try await Progress(run: run.untyped) { Output.line($0) }.follow()
        Output.line("\n\(FrontPageTable.text(try await page, width: Terminal.width))\n")
    }
}

/// Standard output, line by line even if it is a pipe.
enum Output {
    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }
}
