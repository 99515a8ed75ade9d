/// The jobs of the activation to come, put into the order in which they must be applied.
struct JobList: Sendable {
    private var start: [ActivationJob] = []
    private var patches: [ActivationJob] = []
    private var seeds: [ActivationJob] = []
    private var messages: [ActivationJob] = []
    private var others: [ActivationJob] = []

    var isEmpty: Bool {
        start.isEmpty && patches.isEmpty && seeds.isEmpty && messages.isEmpty && others.isEmpty
    }

    mutating func append(_ job: ActivationJob) {
        switch job {
        case .start: start.append(job)
        case .notifyHasPatch: patches.append(job)
        case .updateRandomSeed: seeds.append(job)
        case .signal, .update: messages.append(job)
        default: others.append(job)
        }
    }

    mutating func drain() -> [ActivationJob] {
        let jobs = start + patches + seeds + messages + others
        self = JobList()
        return jobs
    }
}
