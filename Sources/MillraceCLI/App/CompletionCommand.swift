import ArgumentParser

/// `millrace completion bash`
struct CompletionCommand: MillraceCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print the completion script for a shell.",
        discussion: "For bash: millrace completion bash > /etc/bash_completion.d/millrace")

    @Argument(help: "The shell.")
    var shell: Shell

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let shell: CompletionShell =
            switch self.shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        session.write(MillraceTool.completionScript(for: shell))
    }
}
