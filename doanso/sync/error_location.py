"""The part of an exception that a log may hold: its class and where it was raised, never its message, which may quote a record.

PostgreSQL's messages hold whole rows ("Failing row contains …"), so a traceback of personal data must not be logged.
"""

from traceback import extract_tb


def error_location(error: BaseException) -> str:
    """Return the error's class and up to six lines of our code that it passed, the innermost last."""
    own_frames = [frame for frame in extract_tb(error.__traceback__) if "/doanso/" in frame.filename]
    path = " > ".join(f"{frame.filename.partition('/doanso/')[2]}:{frame.lineno}" for frame in own_frames[-6:])
    return f"{type(error).__name__} at {path}"
