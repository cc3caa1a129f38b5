"""`./dev faults sync`: kill the server under load, and check that nothing acknowledged is lost or counted twice."""

from tools.faults.run import main

__all__ = ["main"]
