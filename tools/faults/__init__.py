"""`./dev faults sync`: kill the real server under real load, and see whether anything acknowledged was lost or doubled."""

from tools.faults.run import main

__all__ = ["main"]
