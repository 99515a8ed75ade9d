"""The data pipeline tutorial's program, run as its reader would, on both servers."""
