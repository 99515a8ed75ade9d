import WireAPI

/// What a poll was answered with.
struct HandOut {
    enum Task {
        case workflowTask(RunKey)
        case activity(RunKey, scheduledEventID: Int64)
        case query(RunKey, id: String)
    }

    var task: Task
    /// Of the start: what has been handed out anew since is not taken back.
    var nonce: UInt64
}

/// Between the step that hands a task out and the moment its batch is durable the poller may go away. Nobody has seen the
/// task then, so it need not wait for its timeout.
extension Engine {
    /// Hand-outs older than this many others have long been delivered.
    private static var rememberedHandOuts: Int { 1_024 }

    func noteHandOut(_ task: HandOut.Task, to call: CallID) {
        let nonce: UInt64? =
            switch task {
            case .workflowTask(let run): runs[run]?.task?.nonce
            case .activity(let run, let id): runs[run]?.activities[id]?.nonce
            case .query(let run, let id): runs[run]?.queries[id].map { UInt64($0.sends) }
            }
        guard let nonce else { return }
        handedOut[call] = HandOut(task: task, nonce: nonce)
        if handedOut.count > Self.rememberedHandOuts { handedOut.removeFirst() }
    }

    func takeBack(_ call: CallID) {
        guard let handOut = handedOut.removeValue(forKey: call) else { return }
        switch handOut.task {
        case .query(let key, let id): takeBackQuery(id, sends: handOut.nonce, of: key)
        case .workflowTask(let key):
            // Its started event is written, so it ends as one that timed out, only sooner.
            guard let run = try? loadRun(key), run.isOpen, let task = run.task, task.nonce == handOut.nonce else {
                return
            }
            touch(run)
            timeOutStartedTask(run, task)
        case .activity(let key, let id):
            guard let run = try? loadRun(key), run.isOpen, var activity = run.activities[id],
                activity.startedTime > 0, activity.nonce == handOut.nonce
            else { return }
            touch(run)
            activity.startedTime = 0
            activity.identity = ""
            activity.requestID = ""
            activity.nonce = 0
            activity.taskID = newTaskID()
            run.setActivity(activity)
            planActivity(run, activity)
            enqueueActivity(activity, of: run)
        }
    }
}
