"""Shared by all peer suites: servers as child processes, waiting, free ports."""
