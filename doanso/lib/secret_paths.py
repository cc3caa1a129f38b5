"""Keep secret links (receipts, stands, members, cards, invitations, tickets, booths, documents, corrections) out of logs."""

import logging
import re

_SECRET = re.compile(r"/([bcdgiprtv]|s/answers)/[^/\s?]+")
# A number at a stand: who knows it reads the resident's page.
_TURN = re.compile(r"(/b/…|/support/stands/[^/\s?]+/turns)/[^/\s?]+")


def hide_secrets(text: str) -> str:
    """Return the text with the secret part of such links replaced by an ellipsis."""
    return _TURN.sub(r"\1/…", _SECRET.sub(r"/\1/…", text))


class HideSecretPaths(logging.Filter):
    """Rewrites message and arguments of a record before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                hide_secrets(argument) if isinstance(argument, str) else argument for argument in record.args
            )
        record.msg = hide_secrets(record.msg) if isinstance(record.msg, str) else record.msg
        return True
