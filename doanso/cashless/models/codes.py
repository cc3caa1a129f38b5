"""Payment codes of shops, and changes of them.

An account number is personal data: it is encrypted, found by a keyed hash, and shown as its last four digits alone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class AccountKind(models.TextChoices):
    """What a code transfers to."""

    ACCOUNT = "account", "Tài khoản"
    CARD = "card", "Thẻ"


class ShopCode(models.Model):
    """The account to which a shop is paid, by its owner's consent, from `since` until before `until`.

    The two days say against which code something seen on a day is compared; `since_at` and `until_at` are the same ends in real
    time, because a change is in force a whole day after its approval. A code that never came into force ends when it began.
    `erased_at`: the owner withdrew consent or was erased; what named the account is empty from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey("cashless.Shop", on_delete=models.PROTECT, related_name="codes")
    bank_bin = models.CharField(max_length=6, blank=True)
    account_kind = models.CharField(max_length=7, choices=AccountKind, default=AccountKind.ACCOUNT)
    account_encrypted = models.BinaryField(default=bytes)
    account_lookup = models.CharField(max_length=64, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    consent_text = models.CharField(max_length=20)
    consent_on = models.DateField()
    consent_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    since_at = models.DateTimeField()
    until = models.DateField(null=True)
    until_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop"], condition=Q(until_at=None), name="cashless_code_in_force"),
            models.CheckConstraint(
                condition=Q(until=None, until_at=None) | Q(until__gte=F("since"), until_at__gte=F("since_at")),
                name="cashless_code_days",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(account_lookup="", last_four="", bank_bin=""),
                name="cashless_code_erased_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["account_lookup"], condition=~Q(account_lookup=""), name="cashless_code_account"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ChangeState(models.TextChoices):
    """Where a change of a code stands; an approved one is in force a day after its approval."""

    REQUESTED = "requested", "Chờ người thứ hai duyệt"
    APPROVED = "approved", "Đã duyệt"
    REFUSED = "refused", "Không duyệt"
    WITHDRAWN = "withdrawn", "Đã rút"
    STOPPED = "stopped", "Chủ cửa hàng đã chặn"


class CodeChange(models.Model):
    """One officer asks that a shop be paid to another account, a second one approves, and it is in force a day later.

    `code` is the code that the approval made, `effective_at` when it is in force (real time). A change that was stopped names in
    `ended_by` the officer or helper who reported the objection; it is empty where the owner objected on the receipt's page.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey("cashless.Shop", on_delete=models.PROTECT, related_name="changes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=ChangeState, default=ChangeState.REQUESTED)
    bank_bin = models.CharField(max_length=6, blank=True)
    account_kind = models.CharField(max_length=7, choices=AccountKind, default=AccountKind.ACCOUNT)
    account_encrypted = models.BinaryField(default=bytes)
    account_lookup = models.CharField(max_length=64, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    why = models.CharField(max_length=300)
    consent_text = models.CharField(max_length=20)
    consent_on = models.DateField()
    requested_at = models.DateTimeField()
    requested_on = models.DateField()
    requested_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    effective_at = models.DateTimeField(null=True)
    code = models.OneToOneField(ShopCode, null=True, on_delete=models.PROTECT, related_name="change")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_reason = models.CharField(max_length=300, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop"], condition=Q(state="requested"), name="cashless_change_one"),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="cashless_change_state"),
            # Nobody approves what they asked for themselves.
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, effective_at=None, code=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False)
                    & Q(effective_at__isnull=False, code__isnull=False)
                    & ~Q(approved_by=F("requested_by"))
                ),
                name="cashless_change_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "approved"], ended_at=None)
                | Q(state__in=["refused", "withdrawn", "stopped"], ended_at__isnull=False),
                name="cashless_change_ended",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(account_lookup="", last_four="", bank_bin=""),
                name="cashless_change_erased_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "requested_on"], condition=Q(state="requested"), name="cashless_change_waits"),
        ]

    def __str__(self) -> str:
        return str(self.id)
