"""The reference's own CLI used on both servers; what it prints must be the same."""
