"""Mandates to sign for a unit, and stand-ins."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Wording(models.TextChoices):
    """The word of authority before a signer's post."""

    OWN = "", "Ký trực tiếp"
    TM = "TM.", "Thay mặt (TM.)"
    TL = "TL.", "Thừa lệnh (TL.)"
    TUQ = "TUQ.", "Thừa ủy quyền (TUQ.)"
    KT = "KT.", "Ký thay (KT.)"
    ACTING = "Q.", "Quyền (Q.)"


class Mandate(models.Model):
    """A person's authority to sign for a unit for a term: in which words and for which kinds of documents.

    `until` is its last day, included. A written mandate (TUQ.) names its paper and its end, and cannot be given on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="mandates")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="mandates")
    wording = models.CharField(max_length=4, choices=Wording, blank=True)
    # "BAN THƯỜNG VỤ" after TM., "TRƯỞNG BAN" after KT.
    body = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=80)
    kinds = models.JSONField(default=list)
    paper = models.CharField(max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    given_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(wording__in=Wording.values), name="documents_mandate_wording"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="documents_mandate_dates"
            ),
            models.CheckConstraint(
                condition=~Q(wording="TUQ.") | (Q(until__isnull=False) & ~Q(paper="")), name="documents_mandate_written"
            ),
        ]


class StandIn(models.Model):
    """A person who decides another's steps for a while, in their own name; there is no stand-in for a signature.

    `until` is the last day, included.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="stand_ins")
    deputy = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="stands_in_for")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="documents_stand_in_dates"),
            models.CheckConstraint(condition=~Q(user=models.F("deputy")), name="documents_stand_in_other"),
        ]
