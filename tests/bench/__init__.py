"""Speed, measured: `python -m tests.bench` prints tables and lines `figure: NAME = VALUE`."""
