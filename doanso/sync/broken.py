"""What a log may say of a deed that broke off: which error and where, never its message, which may quote a record.

PostgreSQL's messages hold whole rows ("Failing row contains …"), so a traceback is no log for people's data.
"""

from traceback import extract_tb


def place_of(error: BaseException) -> str:
    """The kind of error and the lines it came through, the innermost last."""
    ours = [frame for frame in extract_tb(error.__traceback__) if "/doanso/" in frame.filename]
    path = " > ".join(f"{frame.filename.partition('/doanso/')[2]}:{frame.lineno}" for frame in ours[-6:])
    return f"{type(error).__name__} at {path}"
