"""Dated membership: one row per stay in a branch; a transfer ends one and begins the next."""

from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.people.models import Contact, Person
from doanso.units.models import Unit


class MemberState(models.TextChoices):
    """The state of a stay. Being away is an `Absence`, not a state of the stay."""

    ACTIVE = "active", "Đang sinh hoạt"
    TRANSFERRED = "transferred", "Đã chuyển sinh hoạt"
    GROWN_OUT = "grown-out", "Trưởng thành Đoàn"
    STRUCK_OFF = "struck-off", "Xóa tên"
    DIED = "died", "Đã mất"


class NotTakenBack[Row: models.Model](models.Manager[Row]):
    """A manager that leaves out rows that were taken back: a record made by mistake appears in no list, look-up or figure."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(taken_back_at=None)


class Member(models.Model):
    """A stay of a person in a branch, half open. `temporary` stays count nowhere.

    A transfer that is taken back leaves the row of its new stay, only to be read through `kept`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="memberships")
    branch = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members")
    state = models.CharField(max_length=12, choices=MemberState, default=MemberState.ACTIVE)
    temporary = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)
    # The day the person joined the Union (ngày vào Đoàn), copied by transfers; the card number is opaque text.
    joined_on = models.DateField(null=True)
    card_number = models.CharField(max_length=30, blank=True)
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    # The stay that a transfer ended for this one.
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    objects = NotTakenBack["Member"]()
    kept = models.Manager["Member"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state="active", temporary=False, taken_back_at=None),
                name="members_member_one_active",
            ),
            models.UniqueConstraint(
                fields=["card_number"],
                condition=models.Q(state="active", taken_back_at=None) & ~models.Q(card_number=""),
                name="members_member_card",
            ),
            models.UniqueConstraint(
                fields=["previous"], condition=models.Q(taken_back_at=None), name="members_member_one_next"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="members_member_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(state="active", until=None)
                | (~models.Q(state="active") & models.Q(until__isnull=False)),
                name="members_member_ended",
            ),
            models.CheckConstraint(condition=models.Q(state__in=MemberState.values), name="members_member_state"),
        ]
        indexes = [
            models.Index(fields=["branch", "state"], name="members_member_branch"),
            models.Index(fields=["person", "-since"], name="members_member_person"),
            # The constraint covers active members alone; lists also look up cards of former members.
            models.Index(fields=["card_number"], name="members_member_card_number"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PostKind(models.TextChoices):
    """Offices of the Union."""

    SECRETARY = "secretary", "Bí thư"
    DEPUTY = "deputy", "Phó Bí thư"
    STANDING = "standing", "Ủy viên Ban Thường vụ"
    COMMITTEE = "committee", "Ủy viên Ban Chấp hành"


class Post(models.Model):
    """An office held by a person in a unit for a term."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=10, choices=PostKind)
    decision = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    # The stay on whose page the post was given; unknown for the oldest ones.
    stay = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    objects = NotTakenBack["Post"]()
    kept = models.Manager["Post"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "kind", "since"],
                condition=models.Q(taken_back_at=None),
                name="members_post_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="members_post_dates"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=PostKind.values), name="members_post_kind"),
        ]


class PostEnd(models.Model):
    """The end of a post, and the day on which it would have ended otherwise, kept so that a wrong end can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="ends")
    # The stay whose end ended the post along with it.
    stay = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    until_before = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)


class AbsenceReason(models.TextChoices):
    """Why a member is away and out of every denominator."""

    STUDY = "study", "Đi học xa"
    WORK = "work", "Đi làm xa"
    MILITARY = "military", "Nghĩa vụ quân sự, công an"
    OTHER = "other", "Lý do khác"


class Absence(models.Model):
    """Days on which a member is away (half open; a planned return is its `until`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=10, choices=AbsenceReason)
    note = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="members_absence_dates"
            ),
            models.CheckConstraint(condition=models.Q(reason__in=AbsenceReason.values), name="members_absence_reason"),
        ]


class Exemption(models.Model):
    """A member left out of one indicator's share, with a reason and a day on which it is looked at again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    # The indicator's code, because the app of indicators is above this one.
    indicator = models.SlugField(max_length=60)
    reason = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    review_on = models.DateField()
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="members_exemption_dates",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="members_exemption_reason"),
        ]
