"""Shops that are followed, dated checks of them, and alarms about their codes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.cashless.models.codes import CodeChange
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import Team, Teammate
from doanso.people.models import Business
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class ShopState(models.TextChoices):
    """The ladder of a shop, from nothing to customers who pay by transfer; a shop may also have stopped."""

    NONE = "none", "Chưa nhận"
    OFFERED = "offered", "Đã giới thiệu"
    DISPLAYED = "displayed", "Đã dán mã"
    USED = "used", "Có khách dùng"
    STOPPED = "stopped", "Đã ngừng nhận"


ACCEPTING = (ShopState.DISPLAYED, ShopState.USED)
"""States in which a customer can pay without cash."""


class Shop(models.Model):
    """A shop or stall whose cashless payment a unit follows.

    `state` to `code_checked_on` repeat what its newest checks say (`rules.ladder.status_of`); the days are those of the newest
    check, and of the newest one at which the displayed code was read. `label` says where the shop stands, for example the market
    and the stall; `folded` is it without diacritics.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business = models.OneToOneField(Business, on_delete=models.PROTECT, related_name="shop")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shops", db_index=False)
    label = models.CharField(max_length=120, blank=True)
    folded = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=ShopState, default=ShopState.NONE)
    used_recently = models.BooleanField(null=True)
    checked_on = models.DateField(null=True)
    code_checked_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ShopState.values), name="cashless_shop_state"),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="cashless_shop_unit"),
            models.Index(fields=["unit", "checked_on"], name="cashless_shop_due"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ScanResult(models.TextChoices):
    """What reading the displayed code showed, compared with the codes of that day."""

    NOT_READ = "", "Không quét mã"
    SAME = "same", "Đúng mã của cửa hàng"
    ANNOUNCED = "announced", "Đúng mã mới đã báo đổi"
    FORMER = "former", "Mã cũ của cửa hàng"
    DIFFERENT = "different", "KHÁC mã của cửa hàng"
    UNREADABLE = "unreadable", "Không đọc được mã"
    NOT_REGISTERED = "not-registered", "Cửa hàng chưa đăng ký mã"


class CheckOrigin(models.TextChoices):
    """Where a check was written."""

    PHONE = "phone", "Tại cửa hàng, trên điện thoại"
    DESK = "desk", "Ghi tại văn phòng"


class CodeAlarmState(models.TextChoices):
    """Whether somebody has dealt with an alarm."""

    OPEN = "open", "Chưa xử lý"
    SETTLED = "settled", "Đã xử lý"


class AlarmCause(models.TextChoices):
    """Why an alarm was raised."""

    DIFFERENT = "different", "Mã đang dán trỏ tới tài khoản khác"
    OBJECTION = "objection", "Chủ cửa hàng nói không đổi mã"


class AlarmOutcome(models.TextChoices):
    """What an alarm turned out to be."""

    REMOVED = "removed", "Mã lạ, đã gỡ và dán lại mã đúng"
    OWN_ACCOUNT = "own-account", "Tài khoản khác của chính chủ"
    CHANGED = "changed", "Chủ đã đổi tài khoản, đang làm thủ tục đổi mã"
    MISTAKE = "mistake", "Nhầm cửa hàng hoặc quét nhầm mã"
    OTHER = "other", "Khác"


class CodeAlarm(models.Model):
    """A displayed code that names another account than the registered one, or an owner who did not ask for a change.

    Only bank and last four digits of the foreign account are kept. `seen_by_words` names the pair as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="alarms")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    cause = models.CharField(max_length=9, choices=AlarmCause)
    change = models.ForeignKey(CodeChange, null=True, on_delete=models.PROTECT, related_name="alarms")
    bank_bin = models.CharField(max_length=6, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    seen_at = models.DateTimeField()
    seen_on = models.DateField()
    seen_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    seen_by_words = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField()
    raised_on = models.DateField()
    state = models.CharField(max_length=7, choices=CodeAlarmState, default=CodeAlarmState.OPEN)
    outcome = models.CharField(max_length=11, choices=AlarmOutcome, blank=True)
    words = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=AlarmCause.values), name="cashless_alarm_cause"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", settled_at=None, settled_by=None)
                | (
                    Q(state="settled", settled_at__isnull=False, settled_by__isnull=False)
                    & Q(outcome__in=AlarmOutcome.values)
                ),
                name="cashless_alarm_settled",
            ),
            # What is seen again at the same shop belongs to the alarm that is open already.
            models.UniqueConstraint(
                fields=["shop", "cause", "bank_bin", "last_four"],
                condition=Q(state="open"),
                name="cashless_alarm_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "raised_on"], condition=Q(state="open"), name="cashless_alarm_open"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AlarmPhoto(models.Model):
    """A photo of where a foreign code hung, as evidence: pixels alone, encrypted. Once erased, its row stays without file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alarm = models.ForeignKey(CodeAlarm, on_delete=models.PROTECT, related_name="photos")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    added_on = models.DateField()
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return str(self.id)


class ShopCheck(models.Model):
    """What somebody saw at a shop on a day; it never changes, and a wrong one is taken back with a reason.

    `record_id` is that of the phone's record: a later version of the record is a check of its own, and the earlier one is taken
    back. `scan` is what the server found, `phone_scan` what the phone showed at the shop from its older pack. Of the account that
    was read only bank, last four digits and the phone's fingerprint are kept. `other_networks`: the displayed code names accounts
    of further networks too, with which nothing was compared.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record_id = models.UUIDField(null=True)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="checks", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened_on = models.DateField()
    seen_at = models.DateTimeField()
    origin = models.CharField(max_length=5, choices=CheckOrigin)
    state = models.CharField(max_length=9, choices=ShopState)
    used_recently = models.BooleanField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    scan = models.CharField(max_length=14, choices=ScanResult, blank=True)
    phone_scan = models.CharField(max_length=14, choices=ScanResult, blank=True)
    bank_bin = models.CharField(max_length=6, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    fingerprint = models.CharField(max_length=24, blank=True)
    other_networks = models.BooleanField(default=False)
    owner_says_changed = models.BooleanField(null=True)
    alarm = models.ForeignKey(CodeAlarm, null=True, on_delete=models.PROTECT, related_name="checks")
    change = models.ForeignKey(CodeChange, null=True, on_delete=models.PROTECT, related_name="checks")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_name = models.CharField(max_length=120)
    second = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    second_name = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    arrived_on = models.DateField()
    device_id = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_back_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(taken_back_at=None, record_id__isnull=False),
                name="cashless_check_record",
            ),
            models.CheckConstraint(condition=Q(state__in=ShopState.values), name="cashless_check_state"),
            models.CheckConstraint(condition=Q(scan__in=ScanResult.values), name="cashless_check_scan"),
            models.CheckConstraint(condition=Q(happened_on__lte=F("arrived_on")), name="cashless_check_days"),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_reason="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_reason="")),
                name="cashless_check_taken_back",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "-happened_on", "-seen_at", "-id"], name="cashless_check_shop"),
        ]

    def __str__(self) -> str:
        return str(self.id)
