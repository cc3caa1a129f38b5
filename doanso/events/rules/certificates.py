"""When somebody has a certificate of attendance."""

import hmac

from django.utils.translation import gettext as _

from doanso.lib import encryption, vietnamese
from doanso.lib.problems import Problem


def certificate_problem(state: str, name: str, *, came: bool, ended: bool) -> Problem | None:
    """Return why a ticket has no certificate: the event was not held or is not over, nobody came with it, or it has no name."""
    if state != "open":
        return Problem("certificate_event", _("Only an event that was held has certificates."))
    if not ended:
        return Problem("certificate_early", _("Certificates are given once the event is over."))
    if not came:
        return Problem("certificate_absent", _("Only somebody who was checked in has a certificate."))
    if not name:
        return Problem("certificate_nameless", _("This ticket bears no name, so there is no certificate."))
    return None


def is_printed_name(typed: str, printed: str) -> bool:
    """Return whether a typed name is the one on a certificate, in a time that does not depend on how much of it is right.

    Case, spaces and the style of tone placement do not matter; a missing diacritic does.
    """
    hashes = [encryption.look_up(vietnamese.name_key(name), context="events.certificate") for name in (typed, printed)]
    return hmac.compare_digest(*hashes)
