"""All cases. Importing this module registers them."""

from errors import namespaces, polls, reads, signals, starts, visibility  # noqa: F401
