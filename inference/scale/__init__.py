"""An archive on many machines: `python -m inference PATH... --ray`. It needs requirements-scale.txt; see docs/scale.md."""
