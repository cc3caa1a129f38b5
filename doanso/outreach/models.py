"""Teams, drives, doors and visits from door to door, with their outcomes."""

from django.conf import settings
from django.db import models

from doanso.adoption.models import AdoptionStage, Obstacle, Service
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.people.models import Business, Household
from doanso.support.models import HelperKind, SupportRecord
from doanso.units.models import Neighbourhood, Unit

_USER = settings.AUTH_USER_MODEL


class Team(models.Model):
    """A community digital technology team (tổ công nghệ số cộng đồng) of a neighbourhood, by a decision and for a term."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=160)
    decision_number = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=160, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    services = models.ManyToManyField(Service, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], condition=models.Q(until=None), name="outreach_team_name"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="outreach_team_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Body(models.TextChoices):
    """The body a teammate comes from."""

    YOUTH_UNION = "youth-union", "Đoàn Thanh niên"
    NEIGHBOURHOOD = "neighbourhood", "Ban quản lý khu phố, ấp"
    WOMEN = "women", "Hội Phụ nữ"
    VETERANS = "veterans", "Hội Cựu chiến binh"
    FARMERS = "farmers", "Hội Nông dân"
    FRONT = "front", "Mặt trận Tổ quốc"
    POLICE = "police", "Công an"
    SCHOOL = "school", "Trường học"
    HEALTH = "health", "Y tế"
    TELCO = "telco", "Doanh nghiệp viễn thông, công nghệ"
    BANK = "bank", "Ngân hàng"
    OTHER = "other", "Khác"


class Teammate(models.Model):
    """A member of a team for a term. People of other bodies need no sign-in: a card is enough to confirm a visit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="teammates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=400)
    kind = models.CharField(max_length=8, choices=HelperKind)
    body = models.CharField(max_length=14, choices=Body)
    is_head = models.BooleanField(default=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="teammates")
    user = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="teammates")
    trained_on = models.DateField(null=True)
    training = models.CharField(max_length=160, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team"], condition=models.Q(is_head=True, until=None), name="outreach_team_one_head"
            ),
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=models.Q(until=None, user__isnull=False),
                name="outreach_teammate_user_once",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=HelperKind.values), name="outreach_teammate_kind"),
            models.CheckConstraint(condition=models.Q(body__in=Body.values), name="outreach_teammate_body"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="outreach_teammate_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Card(models.Model):
    """A helper card for a term: its QR holds a secret of 128 random bits, its holder knows six digits.

    Both are looked up by keyed hashes; they are stored encrypted to print the card again. `phone_hash` is the start of the
    plain SHA-256 of the secret, by which a phone without a network knows whose card it has read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    teammate = models.ForeignKey(Teammate, on_delete=models.PROTECT, related_name="cards")
    keys_encrypted = models.BinaryField(default=bytes)
    secret_lookup = models.CharField(max_length=64, unique=True)
    code_lookup = models.CharField(max_length=64)
    phone_hash = models.CharField(max_length=16)
    since = models.DateField()
    until = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    # Wrong six digits of one day; past five the card counts by its QR alone on that day.
    misses = models.PositiveSmallIntegerField(default=0)
    missed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["teammate"], condition=models.Q(revoked_at=None), name="outreach_card_one_valid"
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="outreach_card_dates"),
        ]


class Drive(models.Model):
    """A round of visits (đợt): unit, days, the number of doors to reach, services."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="drives")
    name = models.CharField(max_length=160)
    since = models.DateField()
    until = models.DateField()
    goal = models.PositiveIntegerField()
    services = models.ManyToManyField(Service, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="outreach_drive_name"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="outreach_drive_dates"),
            models.CheckConstraint(condition=models.Q(goal__gte=1), name="outreach_drive_goal"),
        ]

    def __str__(self) -> str:
        return self.name


class VisitOutcome(models.TextChoices):
    """The outcome of a visit."""

    HELPED = "helped", "Đã hỗ trợ"
    HAD_ALREADY = "had-already", "Đã có sẵn"
    FOLLOW_UP = "follow-up", "Hẹn hôm khác"
    REFUSED = "refused", "Không đồng ý"
    NOT_HOME = "not-home", "Không có ai ở nhà"


OPENED = (VisitOutcome.HELPED, VisitOutcome.HAD_ALREADY, VisitOutcome.FOLLOW_UP, VisitOutcome.REFUSED)
"""Outcomes at which somebody opened the door."""


class Door(models.Model):
    """A door of a drive: a home or a shop, its check-out with holder and end, and the outcome of the last visit.

    A check-out ends by itself at `due_back_at`; nobody has to give it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.PROTECT, related_name="doors")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="doors")
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="doors")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.PROTECT, related_name="doors")
    walk_key = models.CharField(max_length=200)
    taken_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="doors")
    taken_at = models.DateTimeField(null=True)
    due_back_at = models.DateTimeField(null=True)
    visits = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=11, choices=VisitOutcome, blank=True)
    visited_on = models.DateField(null=True)
    follow_up_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(household__isnull=True) ^ models.Q(business__isnull=True), name="outreach_door_one"
            ),
            models.UniqueConstraint(fields=["drive", "household"], name="outreach_door_household"),
            models.UniqueConstraint(fields=["drive", "business"], name="outreach_door_business"),
            models.CheckConstraint(
                condition=models.Q(taken_by=None, taken_at=None, due_back_at=None)
                | models.Q(taken_by__isnull=False, taken_at__isnull=False, due_back_at__isnull=False),
                name="outreach_door_taken",
            ),
        ]
        indexes = [
            models.Index(fields=["drive", "walk_key"], name="outreach_door_walk"),
            models.Index(
                fields=["unit", "follow_up_on"],
                name="outreach_door_follow_up",
                condition=models.Q(follow_up_on__isnull=False),
            ),
        ]


class How(models.TextChoices):
    """The evidence that one of a pair was present; only the first four confirm it."""

    SIGN_IN = "sign-in", "Đăng nhập trên máy"
    CARD = "card", "Quét thẻ"
    CODE = "code", "Mã 6 số"
    SIGNATURE = "signature", "Ký trên màn hình"
    NONE = "none", "Chưa xác nhận"


CONFIRMS = (How.SIGN_IN, How.CARD, How.CODE, How.SIGNATURE)


class Visit(models.Model):
    """One pair at one door on a day, by the id its phone made. A refusal is a visit without a name.

    `paired` is set only when two confirmed people of the two kinds were present. `content_hash` is that of the record's version
    in effect.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="visits", db_index=False)
    drive = models.ForeignKey(Drive, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    door = models.ForeignKey(Door, null=True, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="visits")
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="visits")
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=11, choices=VisitOutcome)
    follow_up_on = models.DateField(null=True)
    in_area = models.BooleanField(null=True)
    happened_on = models.DateField()
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    # By the phone's clock, corrected by its offset when it sent.
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    recorded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    device_id = models.UUIDField(null=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=120)
    first_kind = models.CharField(max_length=8, choices=HelperKind)
    first_how = models.CharField(max_length=9, choices=How)
    second = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="+")
    second_name = models.CharField(max_length=120, blank=True)
    second_kind = models.CharField(max_length=8, choices=HelperKind, blank=True)
    second_how = models.CharField(max_length=9, choices=How, default=How.NONE)
    # Why the second is not confirmed though the phone thought so: a wrong code, a card out of its term.
    second_problem = models.CharField(max_length=40, blank=True)
    signature_encrypted = models.BinaryField(default=bytes)
    paired = models.BooleanField()
    paired_on = models.DateField(null=True)
    content_hash = models.CharField(max_length=64)
    # The key by which the ledger counts it: a new one whenever a later version changes what was counted.
    counted_as = models.UUIDField(unique=True, default=uuid7)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=VisitOutcome.values), name="outreach_visit_outcome"),
            models.CheckConstraint(
                condition=models.Q(household=None) | models.Q(business=None), name="outreach_visit_one_door"
            ),
            models.CheckConstraint(
                condition=models.Q(paired=False, paired_on=None) | models.Q(paired=True, paired_on__isnull=False),
                name="outreach_visit_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-happened_on", "-id"], name="outreach_visit_unit"),
            models.Index(fields=["recorded_by", "-id"], name="outreach_visit_recorder"),
        ]


class AwaitedConfirmation(models.Model):
    """A second's confirmation of a visit that the first one's phone has not sent yet; it is used when the visit comes."""

    visit_id = models.UUIDField()
    teammate = models.ForeignKey(Teammate, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    confirmed_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit_id", "teammate"], name="outreach_awaited_once")]


class HelpKind(models.TextChoices):
    """The kind of a support record: a guide to the service, or recovering access."""

    GUIDE = "guide", "Hướng dẫn"
    RECOVERY = "recovery", "Khôi phục mật khẩu"


class VisitSupportRecord(models.Model):
    """One support record that a visit reports, with the person's stage of the service before and after.

    Both of a pair may report it, each in a visit: it is one record, and stays as long as one of them reports it.
    """

    support_record = models.ForeignKey(
        SupportRecord,
        on_delete=models.PROTECT,
        related_name="visit_helps",
        related_query_name="visit_help",
        db_index=False,
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="helps")
    kind = models.CharField(max_length=8, choices=HelpKind)
    before = models.ForeignKey(AdoptionStage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    after = models.ForeignKey(AdoptionStage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    obstacle = models.ForeignKey(Obstacle, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["support_record", "visit"], name="outreach_visit_help_once")]


class VisitAmendment(models.Model):
    """A correction of a visit by the office: the reason, the officer, the fields, and their former content, encrypted.

    `note` is for readers of the visit; that of the last correction is in effect. Erasing a person whom the visit names empties
    `before_encrypted`; erasing one who was visited also empties the words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="amendments", db_index=False)
    number = models.PositiveSmallIntegerField()
    amended_at = models.DateTimeField()
    amended_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    changed = models.JSONField()
    before_encrypted = models.BinaryField(default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="outreach_amendment_number")]
