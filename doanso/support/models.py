"""Support records; receipts with which receivers confirm, correct or dispute them; re-checks by call-back; stands."""

from django.conf import settings
from django.db import models

from doanso.adoption.models import Service
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.people.models import Business, Contact, Person
from doanso.support.rules import FLAG_REASONS
from doanso.units.models import Unit


class SupportRecordSource(models.TextChoices):
    """The origin of a record: other apps wrap records, only this app counts them."""

    OFFICE = "office", "Ghi tại đơn vị"
    IMPORT = "import", "Nhập từ danh sách"
    VISIT = "visit", "Đến nhà"
    BOOTH = "booth", "Bàn hỗ trợ"
    REFERRAL = "referral", "Lan tỏa 1+2"


class HelperKind(models.TextChoices):
    """The two kinds of people of a 1+1 pair."""

    YOUTH = "youth", "Đoàn viên, thanh niên"
    OFFICIAL = "official", "Cán bộ khu phố, ấp, hội, đoàn thể"


class Receipt(models.Model):
    """The receiver's document of one unit's support on one day: a link of a timestamp and 128 random bits, and a code to type.

    Both are looked up by keyed hashes alone; the code's hash includes the year of birth, so that a wrong year and an unknown
    code are the same miss. They are also stored encrypted, to print the receipt again. Erasure empties all three.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Receipts are found by their keys and records, never by unit.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    keys_encrypted = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    code_lookup = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    # Until when the phone that made it showed it: an earlier confirmation was made in the helpers' presence.
    shown_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code_lookup"], name="support_receipt_code")]


class ReceiptLink(models.Model):
    """Another link to a receipt: the person had one of that day already when an offline phone made this link."""

    link_lookup = models.CharField(max_length=64, primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="links")


class EarlyConfirmation(models.Model):
    """A confirmation of a receipt that has not been synchronised from its phone; it waits at most thirty days."""

    link_lookup = models.CharField(max_length=64, primary_key=True)
    made_at = models.DateTimeField(db_index=True)
    staff_browser = models.BooleanField()
    device = models.CharField(max_length=64, blank=True)


class SupportRecord(models.Model):
    """One service with which one unit helped one person or one shop on a day; one source in the ledger.

    There is no field for a picture, password, OTP, account number or citizen number. A record has neither person nor shop if
    the receiver did not want to be named or was erased; `named` distinguishes the two.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="helps", db_index=False)
    named = models.BooleanField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="helps")
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="helps", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="helps", db_index=False)
    to_business = models.BooleanField(default=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="helps", db_index=False)
    happened_on = models.DateField()
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    grade = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=8, choices=SupportRecordSource)
    helper = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    helper_name = models.CharField(max_length=120, blank=True)
    helper_kind = models.CharField(max_length=8, choices=HelperKind, blank=True)
    second_helper = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    second_helper_name = models.CharField(max_length=120, blank=True)
    second_helper_kind = models.CharField(max_length=8, choices=HelperKind, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receipt = models.ForeignKey(Receipt, null=True, on_delete=models.PROTECT, related_name="helps")
    # Keyed hash of the inputs, by which a repetition is distinguished from a contradiction.
    content_hash = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__lte=4), name="support_record_grade"),
            models.CheckConstraint(
                condition=models.Q(source__in=SupportRecordSource.values), name="support_record_source"
            ),
            models.CheckConstraint(
                condition=models.Q(named=True) | models.Q(person=None, business=None, contact=None, receipt=None),
                name="support_record_unnamed",
            ),
            models.CheckConstraint(
                condition=models.Q(business=None) | models.Q(person=None, contact=None, to_business=True),
                name="support_record_one_receiver",
            ),
            models.UniqueConstraint(
                fields=["contact", "happened_on", "service", "unit"],
                condition=models.Q(taken_back_at=None, contact__isnull=False),
                name="support_record_person_once",
            ),
            models.UniqueConstraint(
                fields=["business", "happened_on", "service", "unit"],
                condition=models.Q(taken_back_at=None, business__isnull=False),
                name="support_record_business_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-happened_on", "-id"], name="support_record_unit"),
            models.Index(fields=["-happened_on", "-id"], name="support_record_day"),
            # What one member gave; most helpers of old lists are only names.
            models.Index(fields=["helper"], name="support_record_helper", condition=models.Q(helper__isnull=False)),
            models.Index(
                fields=["second_helper"],
                name="support_record_second",
                condition=models.Q(second_helper__isnull=False),
            ),
        ]


class Confirmation(models.Model):
    """The receiver's statement that the support took place, with flags for an officer.

    The device is a keyed hash under a salt of the day; both are erased after seven days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="confirmations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    # Made in a browser where a Union account has ever signed in: it raises no grade.
    staff_browser = models.BooleanField()
    device = models.CharField(max_length=64, blank=True)
    flags = models.JSONField(default=list)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "made_at"], name="support_confirmation_unit"),
            models.Index(fields=["device", "made_on"], name="support_confirmation_device"),
            # Rows whose device is still stored; see retention.
            models.Index(fields=["made_at"], name="support_confirmation_kept", condition=~models.Q(device="")),
        ]

    @property
    def flag_reasons(self) -> list[str]:
        """Return the flags in words, for an officer."""
        return [str(FLAG_REASONS[flag]) for flag in self.flags if flag in FLAG_REASONS]


class DaySalt(models.Model):
    """The salt of one day's device hashes; once it is erased, a device can't be hashed to the same value again."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()


class DisputeReason(models.TextChoices):
    """The receiver's reason for a dispute."""

    NOBODY_CAME = "nobody-came", "Không có ai đến"
    NOT_ME = "not-me", "Không phải tôi"
    # Stated in a call-back; see `WrongAnswer`.
    OTHER_HELP = "other-help", "Được giúp việc khác"
    HAD_ALREADY = "had-already", "Đã có từ trước"


RECEIPT_PAGE_REASONS = (DisputeReason.NOBODY_CAME, DisputeReason.NOT_ME)
"""Reasons that can be chosen on the receipt's page."""


class Decision(models.TextChoices):
    """An officer's decision on a dispute."""

    UPHELD = "upheld", "Khiếu nại đúng, không tính"
    REJECTED = "rejected", "Việc giúp có thật, tính lại"


class Dispute(models.Model):
    """ "Nobody came", or "not me": the receipt's records count nowhere until an officer decides, and for good if
    upheld.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="disputes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=DisputeReason)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    # The call-back in which it was stated; empty where it was stated on the receipt's page.
    recheck = models.ForeignKey("Recheck", null=True, on_delete=models.PROTECT, related_name="disputes")
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    explanation = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=models.Q(decided_at=None), name="support_dispute_one_open"
            ),
        ]
        indexes = [models.Index(fields=["unit", "decided_at"], name="support_dispute_unit")]


class WrongPart(models.TextChoices):
    """The part of the receipt that is wrong. Choices only, so that no personal data can be typed."""

    NAME = "name", "Tên ghi sai"
    BIRTH = "birth", "Năm sinh ghi sai"
    DAY = "day", "Ngày ghi sai"
    SERVICE = "service", "Việc được giúp ghi sai"
    HELPER = "helper", "Người giúp ghi sai"


class Remark(models.Model):
    """The receiver's statement that something on the receipt is wrong; an officer corrects it with them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="remarks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    parts = models.JSONField()
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["unit", "settled_at"], name="support_remark_unit")]

    @property
    def words(self) -> list[str]:
        """Return the wrong parts, in words."""
        return [str(WrongPart(part).label) for part in self.parts]


class RecheckRound(models.Model):
    """A random sample of the records of a unit's subtree in a period, whose receivers are asked whether they are true.

    Seed and list are stored, with the list's hash, before the draw; the draw follows from them alone, so that anybody
    can repeat it. The list holds ids of records and numbers of receivers; it names nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="recheck_rounds")
    since = models.DateField()
    until = models.DateField()
    seed = models.CharField(max_length=64)
    listed = models.TextField()
    list_hash = models.CharField(max_length=64)
    share = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField()
    # Named records of the period, receivers who may be asked, and the size of the sample.
    helps = models.PositiveIntegerField()
    receivers = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(since__lt=models.F("until")), name="support_round_dates"),
            models.UniqueConstraint(fields=["unit", "since"], name="support_round_once"),
        ]


class RecheckOutcome(models.TextChoices):
    """The result of a call. Unreached and refusing receivers count neither as right nor as wrong."""

    CONFIRMED = "confirmed", "Đúng như đã ghi"
    WRONG = "wrong", "Không đúng"
    UNREACHED = "unreached", "Không gặp được"
    REFUSED = "refused", "Không muốn trả lời"


class WrongAnswer(models.TextChoices):
    """The receiver's contradiction; each is a reason of the dispute that follows."""

    NOBODY_CAME = "nobody-came", "Không có ai đến giúp"
    OTHER_HELP = "other-help", "Được giúp việc khác"
    HAD_ALREADY = "had-already", "Đã tự làm được từ trước"


class Recheck(models.Model):
    """One drawn record: its place in the draw, and the receiver's answer, which stays whatever is decided later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(RecheckRound, on_delete=models.PROTECT, related_name="rechecks", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rechecks")
    support_record = models.ForeignKey(SupportRecord, on_delete=models.PROTECT, related_name="rechecks")
    place = models.PositiveIntegerField()
    # The officer whose screen shows it now, so that two officers do not call the same person.
    shown_at = models.DateTimeField(null=True)
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=RecheckOutcome, blank=True)
    wrong = models.CharField(max_length=12, choices=WrongAnswer, blank=True)
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="support_recheck_place"),
            models.UniqueConstraint(fields=["round", "support_record"], name="support_recheck_help"),
            models.CheckConstraint(
                condition=models.Q(outcome="", settled_on=None) | (~models.Q(outcome="") & ~models.Q(settled_on=None)),
                name="support_recheck_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="wrong") ^ models.Q(wrong=""), name="support_recheck_what_is_wrong"
            ),
        ]


class RecheckAttempt(models.Model):
    """One attempt to ask somebody: by whom, when, and its result."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="attempts")
    made_at = models.DateTimeField()
    made_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=RecheckOutcome)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recheck", "made_on"],
                condition=models.Q(outcome="unreached"),
                name="support_attempt_once_a_day",
            ),
        ]


class Tries(models.Model):
    """The number of consecutive tries with a code, or from a network address; stored for an hour, by keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()


# --- Stands --------------------------------------------------------------------------------------------------------------


class Stand(models.Model):
    """A guidance stand: one pair of helpers at one place on one day, who help many people with the same services.

    While it is open on its own day, residents enter themselves by its link, printed as a QR: 128 random bits, found by a keyed
    hash, stored encrypted to be shown again, and destroyed when the stand closes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stands", db_index=False)
    happened_on = models.DateField()
    place = models.CharField(max_length=120)
    services = models.ManyToManyField(Service, related_name="+")
    planned = models.PositiveSmallIntegerField()
    helper = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    helper_name = models.CharField(max_length=120)
    helper_kind = models.CharField(max_length=8, choices=HelperKind)
    second_helper = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    second_helper_name = models.CharField(max_length=120, blank=True)
    second_helper_kind = models.CharField(max_length=8, choices=HelperKind, blank=True)
    # A user stated that the two helpers are two people of one name.
    second_apart = models.BooleanField(default=False)
    link_encrypted = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    link_until = models.DateTimeField(null=True)
    last_number = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(planned__range=(1, 500)), name="support_stand_planned"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="support_stand_closed",
            ),
            # A closed stand has no link that anybody could still open.
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(link_lookup=None), name="support_stand_link"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-opened_at"], name="support_stand_unit")]


class StandTurnState(models.TextChoices):
    """What became of one receiver at a stand."""

    WAITING = "waiting", "Đang chờ"
    RECORDED = "recorded", "Đã giúp"
    KNOWN = "known", "Đã ghi từ trước"
    UNDONE = "undone", "Đã hoàn tác"
    DROPPED = "dropped", "Đã bỏ"


class StandDropReason(models.TextChoices):
    """Why a waiting entry was deleted without a record."""

    LEFT = "left", "Người dân đã về, chưa được giúp"
    CLOSED = "closed", "Bàn đã kết thúc"
    EXPIRED = "expired", "Chờ quá một ngày"


class StandTurn(models.Model):
    """One receiver at a stand, by number: entered by the residents themselves, or recorded by hand.

    A waiting entry holds the resident's own words encrypted; they are deleted when it is recorded or dropped, when the stand
    closes, and after a day. An unnamed one never holds any.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stand = models.ForeignKey(Stand, on_delete=models.CASCADE, related_name="turns", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=StandTurnState)
    named = models.BooleanField()
    self_entered = models.BooleanField()
    made_at = models.DateTimeField()
    person_encrypted = models.BinaryField(default=bytes)
    text_version = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    drop_reason = models.CharField(max_length=8, choices=StandDropReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stand", "number"], name="support_turn_number"),
            models.CheckConstraint(condition=models.Q(state__in=StandTurnState.values), name="support_turn_state"),
            models.CheckConstraint(
                condition=models.Q(person_encrypted=b"") | models.Q(state="waiting", named=True),
                name="support_turn_words",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at=None)
                | (~models.Q(state="waiting") & models.Q(ended_at__isnull=False)),
                name="support_turn_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(state="dropped") ^ models.Q(drop_reason=""), name="support_turn_dropped"
            ),
        ]
        indexes = [
            # Entries that are deleted in time; see retention.
            models.Index(fields=["made_at"], name="support_turn_waiting", condition=models.Q(state="waiting")),
        ]


class StandRecord(models.Model):
    """A support record of a turn, so that the turn can be undone and the stand can show it.

    A turn that met a record of another turn shares it: whichever of the two is undone first leaves it to the other.
    """

    id = models.BigAutoField(primary_key=True)
    turn = models.ForeignKey(StandTurn, on_delete=models.CASCADE, related_name="records", db_index=False)
    support_record = models.ForeignKey(SupportRecord, on_delete=models.PROTECT, related_name="stand_records")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["turn", "support_record"], name="support_stand_record")]
