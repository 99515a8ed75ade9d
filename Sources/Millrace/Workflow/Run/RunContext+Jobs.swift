import WorkerCore

extension RunContext {
    /// Ends the wait that a job answers.
    func resolve(_ job: ActivationJob) {
        switch job {
        case .fireTimer(let seq): fireTimer(seq)
        case .resolveActivity(let seq, let resolution): resolve(.activity(seq), .success(.activity(resolution)))
        case .resolveChildStart(let seq, let resolution): resolve(.childStart(seq), .success(.childStart(resolution)))
        case .resolveChild(let seq, let resolution): childEnded(seq, resolution)
        case .resolveSignalExternal(let seq, let failure):
            resolve(.signalExternal(seq), .success(.external(failure)))
        case .resolveCancelExternal(let seq, let failure):
            resolve(.cancelExternal(seq), .success(.external(failure)))
        default: break
        }
    }

    private func fireTimer(_ seq: Int) {
        guard let owner = timerOwners.removeValue(forKey: seq) else { return }
        if case .condition(let number) = owner { removeCondition(number) }
        resolve(owner, .success(.timedOut))
    }

    /// Takes a timer back that has not fired.
    func cancelTimer(_ seq: Int) {
        guard timerOwners.removeValue(forKey: seq) != nil else { return }
        emit(.cancelTimer(seq: seq))
    }
}
