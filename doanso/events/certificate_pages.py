"""The public page of a certificate of attendance, found by the code that is printed on it, and the file made anew."""

from collections.abc import Sequence

from django.urls import reverse

from doanso.events.models import AttendanceCertificate
from doanso.events.queries import certificates as queries
from doanso.events.renderers.certificate import render_certificates
from doanso.signing.ports import PaperMatch


def certificate_address(code: str) -> str:
    """Return the address of the page that confirms a certificate; "" for a code of something else. One statement."""
    if not AttendanceCertificate.objects.filter(code=code).exists():
        return ""
    return reverse("events:verify-certificate", args=[code])


def match_certificates(data: bytes, codes: Sequence[str], base: str) -> PaperMatch | None:
    """Return whether a file is that of the certificates of these codes, made anew; None if no certificate has one of them.

    Where a name was deleted, somebody was never there, or the letterhead was changed since, the file is not the same.
    """
    given = queries.certificates_of_codes(codes)
    if not given:
        return None
    event = given[0].registration.event
    texts = [
        queries.text_of(row) for row in given if queries.is_printable(row) and row.registration.event_id == event.pk
    ]
    is_identical = len(texts) == len(codes) and data == render_certificates(
        event, queries.letterhead_of_event(event), texts, base=base
    )
    return PaperMatch(reverse("events:verify-certificate", args=[given[0].code]), is_identical)
