"""Bad and borderline requests: both servers must answer with the same code, message and details."""
