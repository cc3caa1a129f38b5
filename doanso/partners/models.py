"""Partners of a unit: organisations, their contacts, agreements with them, and what they undertake."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.documents.models import Document, Number
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Partner(models.Model):
    """An organisation that a unit works with. `kind` is a code of `kinds.toml`; `version` counts the changes of this row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partners", db_index=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    folded = models.CharField(max_length=300)
    address = models.CharField(max_length=200, blank=True)
    website = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    ended_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(short_name=""), name="partners_partner_name"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_reason="") | (Q(ended_on__isnull=False) & ~Q(ended_reason="")),
                name="partners_partner_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "kind"], name="partners_partner_unit"),
        ]


class PartnerContact(models.Model):
    """A person whom one asks at a partner, between two days; phone and e-mail are encrypted. Removed when no longer needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    phone_encrypted = models.BinaryField(default=bytes)
    email_encrypted = models.BinaryField(default=bytes)
    since = models.DateField()
    # The first day on which this person is no longer the contact.
    until = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="partners_contact_name"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="partners_contact_days"),
        ]


class Agreement(models.Model):
    """An agreement with a partner, in effect from `valid_from` to `valid_until`, both included; without an end until it is ended.

    Its paper is a file of its own, an issued document, or an entry of the book of incoming documents (by its number). A renewal
    is a new agreement with the former as `previous`. `ended_on` is its last day when it ended early, or was not renewed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partner_agreements", db_index=False)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    terms = models.CharField(max_length=4000, blank=True)
    file = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    incoming = models.ForeignKey(Number, null=True, on_delete=models.PROTECT, related_name="+")
    previous = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="renewal")
    ended_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="partners_agreement_title"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="partners_agreement_days"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_reason="") | (Q(ended_on__isnull=False) & ~Q(ended_reason="")),
                name="partners_agreement_ended",
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(incoming=None), name="partners_agreement_one_document"
            ),
            models.CheckConstraint(
                condition=Q(previous=None) | ~Q(previous=F("id")), name="partners_agreement_not_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "valid_until"], name="partners_agreement_unit"),
            # What runs out, by day: the inbox and the daily notices.
            models.Index(
                fields=["valid_until"],
                condition=Q(ended_on=None, valid_until__isnull=False),
                name="partners_agreement_open",
            ),
        ]


class UndertakingState(models.TextChoices):
    """What became of an undertaking."""

    OPEN = "open", "Đang làm"
    KEPT = "kept", "Đã làm"
    PARTLY = "partly", "Làm một phần"
    DROPPED = "dropped", "Không làm"


class Undertaking(models.Model):
    """Something that a partner does: markets, booths, courses, prizes.

    `quantity` is set where it is counted, `due_on` where it has a day. `done_quantity` and `settled_…` say what became of it;
    they are set by settling and emptied by reopening.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="undertakings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partner_undertakings", db_index=False)
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="undertakings")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    quantity = models.PositiveIntegerField(null=True)
    unit_of_count = models.CharField(max_length=30, blank=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=7, choices=UndertakingState, default=UndertakingState.OPEN)
    done_quantity = models.PositiveIntegerField(null=True)
    settled_on = models.DateField(null=True)
    settled_note = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="partners_undertaking_text"),
            models.CheckConstraint(
                condition=Q(quantity=None, unit_of_count="") | (Q(quantity__gte=1) & ~Q(unit_of_count="")),
                name="partners_undertaking_quantity",
            ),
            models.CheckConstraint(
                condition=Q(state="open", done_quantity=None, settled_on=None, settled_by=None, settled_note="")
                | Q(state__in=["kept", "partly", "dropped"], settled_on__isnull=False, settled_by__isnull=False),
                name="partners_undertaking_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="partners_undertaking_unit"),
        ]
