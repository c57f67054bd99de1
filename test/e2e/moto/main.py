"""Runs the harness with all handlers."""

import importlib
from pathlib import Path

import harness

for path in sorted(Path(__file__).parent.glob("*.py")):
    if path.stem not in ("main", "harness"):
        importlib.import_module(path.stem)

harness.main()
