"""1+2: a member's two slots, one for a friend and one for a relative, and the members who have filled both."""

from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.people.models import Person
from doanso.support.models import SupportRecord
from doanso.units.models import Unit


class SlotKind(models.TextChoices):
    """The two people each member guides."""

    FRIEND = "friend", "Bạn"
    RELATIVE = "relative", "Người thân"


class ReferralSlot(models.Model):
    """One of a member's two slots of 1+2, handed over as a link with a code; only the helped person confirms it.

    `support_record` is the record that it wraps. A slot that nobody confirmed before `expires_on` can be replaced; the replaced
    row stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="slots")
    # The member's person: the subject in the ledger, and the same after a transfer to another branch.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="slots")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=SlotKind)
    keys_encrypted = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    code_lookup = models.CharField(max_length=64, blank=True, db_index=True)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    expires_on = models.DateField()
    helped = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    support_record = models.ForeignKey(SupportRecord, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_on = models.DateField(null=True)
    replaced_at = models.DateTimeField(null=True)
    # The helped person is the member, or the person of the other slot.
    doubled = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"], condition=models.Q(replaced_at=None), name="referrals_slot_one_standing"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=SlotKind.values), name="referrals_slot_kind"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_on=None)
                | models.Q(confirmed_at__isnull=False, confirmed_on__isnull=False),
                name="referrals_slot_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["unit", "kind"], name="referrals_slot_unit")]


class Referral(models.Model):
    """A member with two confirmed slots: the fact behind `outreach.referred-two`, from the day of the later confirmation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="referrals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    friend = models.ForeignKey(
        ReferralSlot, on_delete=models.PROTECT, related_name="referrals_as_friend", db_index=False
    )
    relative = models.ForeignKey(
        ReferralSlot, on_delete=models.PROTECT, related_name="referrals_as_relative", db_index=False
    )
    happened_on = models.DateField()
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    grade = models.PositiveSmallIntegerField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[kind], condition=models.Q(taken_back_at=None), name=f"referrals_referral_{kind}_once"
            )
            for kind in ("friend", "relative")
        ]
