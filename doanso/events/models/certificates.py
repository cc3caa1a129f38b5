"""Certificates of attendance."""

from django.db import models

from doanso.events.models.registrations import Registration


class AttendanceCertificate(models.Model):
    """A certificate that the holder of a ticket came; it bears the ticket's number. `code` leads to its public page.

    The file is made anew from this row, the ticket and the event, so that nothing of it remains once the name is deleted.
    """

    registration = models.OneToOneField(
        Registration, primary_key=True, on_delete=models.PROTECT, related_name="certificate"
    )
    code = models.CharField(max_length=12, unique=True)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
