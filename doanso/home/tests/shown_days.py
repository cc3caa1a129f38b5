"""Days that pages of a demo show outside its world, for the walk over all pages.

A demo lives on a business day of its own. Only what is real in a demo too is shown on the real day, as a `<time data-real>`,
which the filters `vi_real_day` and `vi_real_datetime` write.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpResponseBase

from doanso.lib import clock, formats

REAL = {
    "access/templates/access/diagnostics.html": "the end of administration, which is a term of real time, and the worker's queue",
    "access/templates/access/history.html": "rows and links of the audit trail",
    "access/templates/access/tokens.html": "the end of a token",
    "access/templates/access/unit.html": "the end of administration, which is a term of real time",
    "accounts/adapter.py": "when a code for a new password was given out",
    "documents/forms/drafts.py": "the last day of a certificate for signing",
    "documents/templates/documents/sign.html": "a signature, and the end of its preparation",
    "documents/templates/documents/signatures.html": "signatures",
    "documents/templates/documents/signed_and_sent.html": "signatures",
    "home/templates/home/recent.html": "rows of the audit trail",
    "setup/actions/backups.py": "backups",
    "setup/server_state.py": "backups",
    "setup/templates/setup/backup.html": "backups",
    "signing/templates/signing/authorities.html": "certificates and revocation lists",
    "signing/templates/signing/authority.html": "certificates and revocation lists",
    "signing/templates/signing/authority_facts.html": "certificates",
    "signing/templates/signing/certificate.html": "certificates",
    "signing/templates/signing/certificates.html": "certificates",
    "signing/templates/signing/session.html": "the end of a prepared signature",
    "signing/templates/signing/verify/result.html": "signatures, time-stamps, certificates and their revocation",
    "sync/templates/sync/devices.html": "when a phone last reached the server, which like a session is real",
    "templates/parts/history.html": "rows of the audit trail",
}
"""Files of the product that show a real moment, with what it is."""

_REAL_TIME = re.compile(r"<time [^>]*\bdata-real\b[^>]*>[^<]*</time>")
_DAY = re.compile(r'\b\d\d/\d\d/\d{4}\b|(?<=")\d{4}-\d\d-\d\d(?=")')
"""A day as a page shows it, or as a field offers it."""
_AROUND = range(-2, 62)
"""Days from the real one that are looked for: a walk may last past midnight, and links work for weeks."""


class ShownDays:
    """Where pages show one of the real days around now, other than as a real moment."""

    def __init__(self) -> None:
        self.strange: dict[str, str] = {}
        """The first page of each route that shows such a day."""
        today = clock.local(clock.now()).date()
        self._real = [today + timedelta(days=days) for days in _AROUND]

    def note(self, route: str, path: str, answer: HttpResponseBase) -> None:
        """Look for these days in the HTML of an answer; a file is not looked at."""
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        if shows_one_of(self._real, answer.content.decode()):  # type: ignore[attr-defined]
            self.strange.setdefault(route, path)


def shows_one_of(days: Iterable[date], text: str) -> bool:
    """Return whether the HTML of a page shows one of these days, or offers it in a field, without the mark of a real moment."""
    shown = set(_DAY.findall(_REAL_TIME.sub("", text)))
    return any(formats.day(day) in shown or day.isoformat() in shown for day in days)
