"""The public page of a certificate of attendance, found by the code printed on it, and the comparison of a file with it."""

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


def match_certificate(data: bytes, code: str, base: str) -> PaperMatch | None:
    """Return whether a file is the certificate of a code, rendered once more; None if no certificate has the code.

    It is not where the name was deleted, its holder was never there, or the letterhead was changed since.
    """
    certificate = queries.certificate_of_code(code)
    if certificate is None:
        return None
    event = certificate.registration.event
    is_identical = queries.is_printable(certificate) and data == render_certificates(
        event, queries.letterhead_of_event(event), [queries.text_of(certificate)], base=base
    )
    return PaperMatch(reverse("events:verify-certificate", args=[code]), is_identical)
