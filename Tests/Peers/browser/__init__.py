"""The web UI in a real browser: Chromium, driven through Selenium."""
