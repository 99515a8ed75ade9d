import DequeModule
import WireAPI

/// Which machine a command belongs to.
enum CommandOwner: Sendable, Hashable {
    case timer(Int)
    case timerCancel(Int)
    case activity(Int)
    case activityCancel(Int)
    case child(Int)
    case childCancel(Int)
    case signalExternal(Int)
    case cancelExternal(Int)
    case patch(PatchKey)
    case patchVersions
    case searchAttributes
    case properties
    case updateAcceptance(String)
    case updateOutcome(String)
    case closing

    struct PatchKey: Sendable, Hashable {
        var id: String
    }
}

/// A command that was given and whose event has not been seen yet.
struct ExpectedCommand: Sendable {
    var owner: CommandOwner
    var attributes: APICommand.OneOf_Attributes
    var metadata: APIUserMetadata?
    /// Taken back before it was sent.
    var isWithdrawn = false

    /// As sent to the server.
    var command: APICommand {
        var command = APICommand()
        command.commandType = attributes.commandType
        command.attributes = attributes
        if let metadata { command.userMetadata = metadata }
        return command
    }
}

/// The commands of the current workflow task, in the order in which their events must appear in history.
struct CommandQueue: Sendable {
    /// Finds a command again, to withdraw it.
    struct Ticket: Sendable {
        fileprivate var index: Int
    }

    private var entries: Deque<ExpectedCommand> = []
    /// How many entries have left the queue: tickets count from the beginning of the run.
    private var departed = 0

    mutating func append(
        _ owner: CommandOwner, _ attributes: APICommand.OneOf_Attributes, metadata: APIUserMetadata? = nil
    ) -> Ticket {
        entries.append(ExpectedCommand(owner: owner, attributes: attributes, metadata: metadata))
        return Ticket(index: departed + entries.count - 1)
    }

    /// The command is not to be sent after all.
    mutating func withdraw(_ ticket: Ticket) {
        let index = ticket.index - departed
        guard entries.indices.contains(index) else { return }
        entries[index].isWithdrawn = true
    }

    /// The next command that expects its event.
    mutating func head() -> ExpectedCommand? {
        while let first = entries.first {
            if !first.isWithdrawn { return first }
            dropHead()
        }
        return nil
    }

    mutating func dropHead() {
        guard !entries.isEmpty else { return }
        entries.removeFirst()
        departed += 1
    }

    mutating func takeHead() -> ExpectedCommand? {
        guard let first = head() else { return nil }
        dropHead()
        return first
    }

    /// All that is to be sent, in order.
    var commands: [APICommand] {
        entries.compactMap { $0.isWithdrawn ? nil : $0.command }
    }
}
