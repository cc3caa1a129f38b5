"""The public page of a certificate of attendance, found by the code that is printed on it."""

from django.urls import reverse

from doanso.events.models import AttendanceCertificate


def certificate_address(code: str) -> str:
    """Return the address of the page that confirms a certificate; "" for a code of something else. One statement."""
    if not AttendanceCertificate.objects.filter(code=code).exists():
        return ""
    return reverse("events:verify-certificate", args=[code])
