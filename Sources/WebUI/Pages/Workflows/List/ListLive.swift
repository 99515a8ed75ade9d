import SwiftProtobuf

/// Keeps a list up to date for as long as somebody looks at it.
enum ListLive {
    /// How often the server is asked. A server that takes long is asked less often.
    static let interval = Duration.seconds(2)
    /// How much of the time the server may be busy with one list.
    private static let share = 10

    static func feed(_ request: PageRequest, _ choices: ListChoices, interval: Duration = interval) -> LiveFeed {
        let state = ListState(ListState(request.query).fields)
        let loader = ListLoader(request)
        let addresses = ListAddresses(request)
        // The script counts running times on; a piece that only that changes is not sent.
        let start = request.now
        return LiveFeed { sender in
            let features = await ServerFeatures.of(request.service, request.namespace)
            let clock = ContinuousClock()
            while !Task.isCancelled {
                let now = Google_Protobuf_Timestamp.wallClock()
                let begin = clock.now
                async let counts = try? await loader.counts(state, now: now)
                if let list = try? await loader.list(state, size: choices.size, now: now) {
                    let known = await counts ?? nil
                    var view = ListView(
                        state: state, choices: choices, content: ListContent(), views: [], addresses: addresses,
                        token: "", now: start)
                    view.content.runs = list.runs
                    view.content.nextToken = list.nextToken
                    view.content.counts = known
                    view.content.features = features
                    if known != nil { sender.replace(StatusFilters.id, view.statusFilters) }
                    sender.replace(RunTable.id, view.rows)
                    sender.replace(ListView.pagesID, view.pages)
                }
                let busy = begin.duration(to: clock.now)
                try await Task.sleep(for: max(interval, busy * share))
            }
        }
    }
}
