"""The same HTTP requests to both servers' JSON API."""
