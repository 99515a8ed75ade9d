"""What a real worker hears and says: workflow tasks recorded between the Python SDK and a real server.

`python -m recordings.record` (from `Tests/Peers`) runs every program in `programs.py` on a dev server, behind a proxy
that keeps each workflow task and its answer, and writes `Tests/WorkerCoreTests/Fixtures/NAME.json`. The tests of the
worker core feed it the tasks and compare what it answers with what the Python SDK answered.
"""
