"""Links that are themselves a secret (of a receipt, a member, a card, an invitation, a document sent outside) reach no log."""

import logging
import re

_SECRET = re.compile(r"/([rdcgv])/[^/\s?]+")


def hidden(text: str) -> str:
    """The text with the secret part of such a link left out."""
    return _SECRET.sub(r"/\1/…", text)


class HideSecretPaths(logging.Filter):
    """Rewrites what a record is made of before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(hidden(one) if isinstance(one, str) else one for one in record.args)
        record.msg = hidden(record.msg) if isinstance(record.msg, str) else record.msg
        return True
