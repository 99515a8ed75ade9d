import DequeModule
import OrderedCollections

/// The schedules in memory.
struct ScheduleTable {
    struct Name: Hashable {
        var namespace: NamespaceKey
        var scheduleID: String
    }

    private(set) var byKey: [RunKey: Schedule] = [:]
    private var keys: [Name: RunKey] = [:]
    /// In order of use, oldest first; stale entries are skipped.
    private var recency: Deque<RunKey> = []
    /// Bytes of all of them, roughly.
    private(set) var size = 0
    /// The ids that were deleted last: a caller is told so, as by the reference, which remembers them longer.
    private var deleted: OrderedSet<Name> = []

    private static var rememberedDeletions: Int { 1_000 }

    var count: Int { byKey.count }

    subscript(key: RunKey) -> Schedule? { byKey[key] }

    subscript(name: Name) -> Schedule? { keys[name].flatMap { byKey[$0] } }

    mutating func insert(_ schedule: Schedule) {
        byKey[schedule.key] = schedule
        let name = Name(namespace: schedule.namespace, scheduleID: schedule.scheduleID)
        keys[name] = schedule.key
        deleted.remove(name)
        recency.append(schedule.key)
        account(for: schedule)
    }

    mutating func remove(_ schedule: Schedule) {
        guard byKey.removeValue(forKey: schedule.key) != nil else { return }
        let name = Name(namespace: schedule.namespace, scheduleID: schedule.scheduleID)
        if keys[name] == schedule.key { keys[name] = nil }
        size -= schedule.accountedSize
        schedule.accountedSize = 0
    }

    mutating func noteDeleted(_ schedule: Schedule) {
        deleted.append(Name(namespace: schedule.namespace, scheduleID: schedule.scheduleID))
        if deleted.count > Self.rememberedDeletions { deleted.removeFirst() }
    }

    func wasDeleted(_ name: Name) -> Bool { deleted.contains(name) }

    /// Notes what a schedule takes up now.
    mutating func account(for schedule: Schedule) {
        size += schedule.size - schedule.accountedSize
        schedule.accountedSize = schedule.size
    }

    /// Lets schedules go that were not used since they were last looked at (the clock algorithm), a few looks a step.
    mutating func evict(above count: Int, bytes: Int, canLeave: (Schedule) -> Bool) {
        var looks = 64
        while byKey.count > count || size > bytes, looks > 0, let key = recency.popFirst() {
            looks -= 1
            guard let schedule = byKey[key] else { continue }
            if canLeave(schedule) && !schedule.wasUsed { remove(schedule) } else { recency.append(key) }
            schedule.wasUsed = false
        }
    }
}
