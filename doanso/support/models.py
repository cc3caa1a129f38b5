"""A help given to somebody with a service, and the slip with which the helped person confirms, corrects or disputes it."""

from django.conf import settings
from django.db import models

from doanso.adoption.models import Service
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.people.models import Business, Contact, Person
from doanso.support.rules import FLAG_REASONS
from doanso.units.models import Unit


class HelpSource(models.TextChoices):
    """What brought the help in: everything else wraps a help, only this app counts it."""

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
    """What the helped person holds for one unit's day of help: a link of its moment and 128 random bits, and a code for typing.

    Both are found by keyed hashes alone; the code's hash holds the year of birth too, so that a wrong year and an unknown
    code are the same miss. They are kept sealed besides, to print the slip again. Erasure empties all three.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Slips are found by their keys and their helps, never by unit.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    keys_sealed = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    code_lookup = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    # Until when the phone that made it showed it: a word given before that was given under the helpers' eyes.
    shown_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code_lookup"], name="support_receipt_code")]


class ReceiptLink(models.Model):
    """Another link to a receipt: the person had one of that day already when a phone without signal made this."""

    link_lookup = models.CharField(max_length=64, primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="links")


class EarlyConfirmation(models.Model):
    """A word given to a receipt that has not come from its phone yet: it waits for it, thirty days at most."""

    link_lookup = models.CharField(max_length=64, primary_key=True)
    made_at = models.DateTimeField(db_index=True)
    staff_browser = models.BooleanField()
    device = models.CharField(max_length=64, blank=True)


class Help(models.Model):
    """One service with which one person or one shop was helped on a day, by one unit: one record, one source.

    Never a picture, password, OTP, account number or citizen number: there is no field for them. A help whose receiver
    did not want to be named has neither person nor shop, and so has one whose person was erased; `named` tells them apart.
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
    source = models.CharField(max_length=8, choices=HelpSource)
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
    # What was told when it was recorded, as a keyed hash: a repetition is known from a contradiction by it.
    content_hash = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__lte=4), name="support_help_grade"),
            models.CheckConstraint(condition=models.Q(source__in=HelpSource.values), name="support_help_source"),
            models.CheckConstraint(
                condition=models.Q(named=True) | models.Q(person=None, business=None, contact=None, receipt=None),
                name="support_help_unnamed",
            ),
            models.CheckConstraint(
                condition=models.Q(business=None) | models.Q(person=None, contact=None, to_business=True),
                name="support_help_one_receiver",
            ),
            models.UniqueConstraint(
                fields=["contact", "happened_on", "service", "unit"],
                condition=models.Q(taken_back_at=None, contact__isnull=False),
                name="support_help_person_once",
            ),
            models.UniqueConstraint(
                fields=["business", "happened_on", "service", "unit"],
                condition=models.Q(taken_back_at=None, business__isnull=False),
                name="support_help_business_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-happened_on", "-id"], name="support_help_unit"),
            models.Index(fields=["-happened_on", "-id"], name="support_help_day"),
        ]


class Confirmation(models.Model):
    """The helped person's word that it happened, and what about it an officer should look at.

    The device is a keyed hash under a salt of the day; both go after seven days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="confirmations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    # In a browser where somebody of the Union has ever signed in: such a word lifts no grade.
    staff_browser = models.BooleanField()
    device = models.CharField(max_length=64, blank=True)
    flags = models.JSONField(default=list)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "made_at"], name="support_confirmation_unit"),
            models.Index(fields=["device", "made_on"], name="support_confirmation_device"),
            # Those whose device is still kept; see retention.
            models.Index(fields=["made_at"], name="support_confirmation_kept", condition=~models.Q(device="")),
        ]

    @property
    def flag_reasons(self) -> list[str]:
        """Why an officer should look at it, in words."""
        return [str(FLAG_REASONS[flag]) for flag in self.flags if flag in FLAG_REASONS]


class DaySalt(models.Model):
    """The salt of one day's device hashes; when it is gone, nobody can hash the same device to the same value again."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()


class DisputeReason(models.TextChoices):
    """What the helped person says against it."""

    NOBODY_CAME = "nobody-came", "Không có ai đến"
    NOT_ME = "not-me", "Không phải tôi"
    # What is heard in a call-back; see `WrongAnswer`.
    OTHER_HELP = "other-help", "Được giúp việc khác"
    HAD_ALREADY = "had-already", "Đã có từ trước"


BY_SLIP = (DisputeReason.NOBODY_CAME, DisputeReason.NOT_ME)
"""What can be said through the slip."""


class Decision(models.TextChoices):
    """What an officer found."""

    UPHELD = "upheld", "Khiếu nại đúng, không tính"
    REJECTED = "rejected", "Việc giúp có thật, tính lại"


class Dispute(models.Model):
    """ "Nobody came", or "not me": the receipt's helps count nowhere until an officer decides, and for good if upheld."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="disputes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=DisputeReason)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    # The call-back in which it was said; empty where it was said through the slip.
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
    """What on the slip is not right. Choices only: nothing is typed, so nothing can be given away."""

    NAME = "name", "Tên ghi sai"
    BIRTH = "birth", "Năm sinh ghi sai"
    DAY = "day", "Ngày ghi sai"
    SERVICE = "service", "Việc được giúp ghi sai"
    HELPER = "helper", "Người giúp ghi sai"


class Remark(models.Model):
    """The helped person says that something on the slip is wrong; an officer corrects it with them."""

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
        """What is wrong, in words."""
        return [str(WrongPart(part).label) for part in self.parts]


class RecheckRound(models.Model):
    """A random sample of the helps that a unit's subtree gave in a period, whose receivers are asked whether it is so.

    Seed and list stand here, with the list's hash, before anything is drawn; the draw follows from them alone, so anybody
    can repeat it. The list names helps and numbers their receivers; it names nobody.
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
    # How many helps by name the period has, how many receivers may be asked, and how many of them are.
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
    """What came of asking. Whoever was not reached, or refuses, says neither right nor wrong."""

    CONFIRMED = "confirmed", "Đúng như đã ghi"
    WRONG = "wrong", "Không đúng"
    UNREACHED = "unreached", "Không gặp được"
    REFUSED = "refused", "Không muốn trả lời"


class WrongAnswer(models.TextChoices):
    """What the person says instead; each is a reason of the dispute that follows."""

    NOBODY_CAME = "nobody-came", "Không có ai đến giúp"
    OTHER_HELP = "other-help", "Được giúp việc khác"
    HAD_ALREADY = "had-already", "Đã tự làm được từ trước"


class Recheck(models.Model):
    """One drawn help: its place in the draw, and what its receiver answered. The answer stays, whatever is decided later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(RecheckRound, on_delete=models.PROTECT, related_name="rechecks", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rechecks")
    help = models.ForeignKey(Help, on_delete=models.PROTECT, related_name="rechecks")
    place = models.PositiveIntegerField()
    # Whose screen shows it now, so that two officers do not call the same person.
    shown_at = models.DateTimeField(null=True)
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=RecheckOutcome, blank=True)
    wrong = models.CharField(max_length=12, choices=WrongAnswer, blank=True)
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="support_recheck_place"),
            models.UniqueConstraint(fields=["round", "help"], name="support_recheck_help"),
            models.CheckConstraint(
                condition=models.Q(outcome="", settled_on=None) | (~models.Q(outcome="") & ~models.Q(settled_on=None)),
                name="support_recheck_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="wrong") ^ models.Q(wrong=""), name="support_recheck_what_is_wrong"
            ),
        ]


class RecheckAttempt(models.Model):
    """One try to ask somebody: by whom, when, and what came of it."""

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
    """How often a code, or anything from one network address, was tried in a row; kept for an hour, by keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()
