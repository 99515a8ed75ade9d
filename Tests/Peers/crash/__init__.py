"""Servers and workers killed with SIGKILL while they work; nothing acknowledged may be lost."""
