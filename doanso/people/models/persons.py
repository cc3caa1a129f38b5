"""Persons, their contacts in units, and the homes and shops they belong to."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Neighbourhood, Unit


class Person(models.Model):
    """Ties the contacts of one human being together. References are never re-pointed on merge: the merged row names the other.

    An erased one keeps its row, for what was counted, and nothing by which the person could be identified.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Few persons are merged: the index below holds only those.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="people_person_not_itself"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(user=None), name="people_person_erased_has_no_user"
            ),
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], name="people_person_merged", condition=models.Q(merged_into__isnull=False)
            ),
            # Few persons are erased; each day it is checked whether data about them were written since.
            models.Index(
                fields=["erased_at"], name="people_person_erased", condition=models.Q(erased_at__isnull=False)
            ),
        ]


class Household(models.Model):
    """A home with a door: people who live together, as one unit wrote them down."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="households")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.PROTECT, related_name="households")
    house_number = models.CharField(max_length=40, blank=True, db_default="")
    street = models.CharField(max_length=120, blank=True, db_default="")
    address = models.CharField(max_length=300, blank=True)
    # The key of the same door, and the sort key along a street; see `rules.doors`.
    place_key = models.CharField(max_length=200, blank=True, db_default="")
    walk_key = models.CharField(max_length=200, blank=True, db_default="")
    created_at = models.DateTimeField()
    # The home no longer exists, or never did; no visit goes to it.
    gone_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "place_key"],
                condition=~models.Q(place_key="") & models.Q(erased_at=None),
                name="people_household_door",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "walk_key"], name="people_household_walk", condition=~models.Q(walk_key="")),
        ]


class Gender(models.TextChoices):
    """The gender as lists write it; empty when unknown."""

    MALE = "male", "Nam"
    FEMALE = "female", "Nữ"


class Contact(models.Model):
    """A person as one unit (a grassroots unit, for members) wrote them down. A unit reads its own contacts only.

    Phone and citizen number are encrypted; their keyed hashes serve look-ups. Name and birth are plain, behind the policy.
    Duplicates are looked for by the phone, the name and, within the unit, by `near_key`: names with a letter off or the words
    in another order; `tail_lookup`, the phone's last four digits with the year of birth, is only compared. `door_key` finds the
    contacts of all units at one door.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # What is unique below begins with the person; `people_contact_near` begins with the unit.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=400)
    gender = models.CharField(max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField(null=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    phone_encrypted = models.BinaryField(default=bytes)
    phone_lookup = models.CharField(max_length=64, blank=True)
    tail_lookup = models.CharField(max_length=32, blank=True, db_default="")
    citizen_id_encrypted = models.BinaryField(default=bytes)
    citizen_id_lookup = models.CharField(max_length=64, blank=True)
    email_encrypted = models.BinaryField(default=bytes)
    email_lookup = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    near_key = models.CharField(max_length=40, blank=True, db_default="")
    door_key = models.CharField(max_length=160, blank=True, db_default="")
    # Few contacts have them yet: their indexes below hold only those.
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    household = models.ForeignKey(
        Household, null=True, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "unit"], name="people_contact_once_per_unit"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(
                    **dict.fromkeys(
                        ("name", "folded", "sort_key", "address", "tail_lookup", "near_key", "door_key"), ""
                    ),
                    **dict.fromkeys(("phone_lookup", "citizen_id_lookup", "email_lookup"), ""),
                    **dict.fromkeys(("birth_date", "birth_year", "neighbourhood", "household")),
                ),
                name="people_contact_erased_is_empty",
            ),
        ]
        indexes = [
            # An index whose keys come in no order reads and writes a page of its own for each contact: one index finds a name
            # everywhere, the other the unit's contacts and those of nearly the same name among them.
            models.Index(fields=["unit", "near_key"], name="people_contact_near"),
            models.Index(fields=["phone_lookup"], name="people_contact_phone"),
            models.Index(fields=["citizen_id_lookup"], name="people_contact_citizen"),
            # The name as written lets a search read the index alone, see `queries.best_named`.
            models.Index(fields=["folded", "birth_year", "unit", "name"], name="people_contact_name"),
            models.Index(fields=["door_key"], name="people_contact_door", condition=~models.Q(door_key="")),
            models.Index(
                fields=["neighbourhood"],
                name="people_contact_place",
                condition=models.Q(neighbourhood__isnull=False),
            ),
            models.Index(fields=["household"], name="people_contact_home", condition=models.Q(household__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Business(models.Model):
    """A shop, stall or firm; never the same as its owner. `unit` wrote it down first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="businesses")
    name = models.CharField(max_length=160)
    folded = models.CharField(max_length=160)
    kind_of_trade = models.CharField(max_length=80, blank=True)
    phone_encrypted = models.BinaryField(default=bytes)
    phone_lookup = models.CharField(max_length=64, blank=True)
    house_number = models.CharField(max_length=40, blank=True, db_default="")
    street = models.CharField(max_length=120, blank=True, db_default="")
    address = models.CharField(max_length=300, blank=True)
    walk_key = models.CharField(max_length=200, blank=True, db_default="")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.PROTECT, related_name="businesses")
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="businesses")
    # The shop no longer exists; no visit goes to it.
    gone_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="people_business_not_itself"),
        ]
        indexes = [
            models.Index(fields=["folded", "unit"], name="people_business_folded"),
            models.Index(fields=["phone_lookup"], name="people_business_phone", condition=~models.Q(phone_lookup="")),
            models.Index(fields=["unit", "walk_key"], name="people_business_walk", condition=~models.Q(walk_key="")),
        ]

    def __str__(self) -> str:
        return str(self.id)
