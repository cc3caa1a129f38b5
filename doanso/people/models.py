"""One human being, and what a unit wrote down about that human being."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class Person(models.Model):
    """Ties contacts of one human being together. Never re-pointed on merge: the gone one names who it became."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="people_person_not_itself"),
        ]


class Gender(models.TextChoices):
    """As lists write it; empty when not told."""

    MALE = "male", "Nam"
    FEMALE = "female", "Nữ"


class Contact(models.Model):
    """A person as one unit (a grassroots unit, for members) wrote them down. A unit reads its own contacts only.

    Phone and citizen number are sealed; their keyed hashes serve look-ups. Name and birth are plain, behind the policy.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=400)
    gender = models.CharField(max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField(null=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    phone_sealed = models.BinaryField(default=bytes)
    phone_lookup = models.CharField(max_length=64, blank=True)
    citizen_id_sealed = models.BinaryField(default=bytes)
    citizen_id_lookup = models.CharField(max_length=64, blank=True)
    email_sealed = models.BinaryField(default=bytes)
    email_lookup = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "unit"], name="people_contact_once_per_unit"),
        ]
        indexes = [
            models.Index(fields=["unit", "folded"], name="people_contact_folded"),
            models.Index(fields=["phone_lookup"], name="people_contact_phone"),
            models.Index(fields=["citizen_id_lookup"], name="people_contact_citizen"),
            models.Index(fields=["folded", "birth_year"], name="people_contact_name_year"),
        ]

    def __str__(self) -> str:
        return str(self.id)
