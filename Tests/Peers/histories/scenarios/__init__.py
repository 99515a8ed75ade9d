"""All scenarios. Importing this package registers them."""

from histories.scenarios import (  # noqa: F401
    activities,
    activity_timeouts,
    cancellation,
    chains,
    lifecycle,
    raw_activities,
    raw_attempts,
    raw_commands,
    raw_queries,
    raw_query_troubles,
    signals,
    sticky,
)
