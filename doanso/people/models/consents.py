"""Consents: the purpose, the wording, and the user who recorded it."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.people.models.persons import Person
from doanso.units.models import Unit


class Channel(models.TextChoices):
    """The way by which a consent reached the unit."""

    PAPER = "paper", "Trên giấy"
    SCREEN = "screen", "Trên màn hình"
    VOICE = "voice", "Bằng lời nói"


class ConsentText(models.Model):
    """The consent text of a version; never changed once loaded. `purposes` holds each with its sentence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.SlugField(max_length=40, unique=True)
    since = models.DateField()
    title = models.CharField(max_length=160)
    body = models.TextField()
    purposes = models.JSONField(default=list)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class Consent(models.Model):
    """A purpose a person agreed to. Withdrawn ones stay, with the day: they prove what was lawful until then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    # Consents are read by person alone.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.SlugField(max_length=40, db_index=False)
    text_version = models.SlugField(max_length=40, db_index=False)
    channel = models.CharField(max_length=6, choices=Channel)
    guardian_name = models.CharField(max_length=120, blank=True)
    # Whether a guardian agreed; stays when the guardian's name goes.
    by_guardian = models.BooleanField(default=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_on = models.DateField()
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_channel = models.CharField(max_length=6, choices=Channel, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "text_version"],
                condition=models.Q(withdrawn_at=None),
                name="people_consent_standing_once",
            ),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="people_consent_channel"),
        ]
