extension Duration {
    /// So many minutes of 60 seconds.
    public static func minutes(_ minutes: some BinaryInteger) -> Duration { .seconds(minutes) * 60 }
    /// So many hours of 60 minutes.
    public static func hours(_ hours: some BinaryInteger) -> Duration { .seconds(hours) * 3600 }
    /// So many days of exactly 24 hours.
    public static func days(_ days: some BinaryInteger) -> Duration { .seconds(days) * 86_400 }

    /// So many minutes of 60 seconds.
    public static func minutes(_ minutes: Double) -> Duration { .seconds(minutes * 60) }
    /// So many hours of 60 minutes.
    public static func hours(_ hours: Double) -> Duration { .seconds(hours * 3600) }
    /// So many days of exactly 24 hours.
    public static func days(_ days: Double) -> Duration { .seconds(days * 86_400) }
}
