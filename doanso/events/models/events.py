"""Events of a unit: when and where, who takes part with a booth, what happens when, and who is on duty."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.adoption.models import Service
from doanso.assignments.models import Assignment
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.outreach.models import Teammate
from doanso.partners.models import Partner
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class EventState(models.TextChoices):
    """How far an event is; that its day is over follows from the day."""

    DRAFT = "draft", "Đang chuẩn bị"
    OPEN = "open", "Đã công bố"
    POSTPONED = "postponed", "Hoãn, chưa có ngày"
    CANCELLED = "cancelled", "Đã hủy"


class Event(models.Model):
    """An event on one business day, from `begins` until `ends` in local time. `kind` is a code of `kinds.toml`.

    `slug` and `code` (eight letters and digits, to be typed) lead to its public page. `contact` is published: an office, no
    private person. Without `capacity` anybody may come. `version` counts the changes of this row, `last_number` the tickets.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    folded = models.CharField(max_length=200)
    slug = models.CharField(max_length=90, unique=True)
    code = models.CharField(max_length=8, unique=True)
    summary = models.CharField(max_length=2000, blank=True)
    place = models.CharField(max_length=160)
    address = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=160, blank=True)
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    capacity = models.PositiveIntegerField(null=True)
    # Who registers is at least of this age in the year of the event: of registrations only the year of birth is known.
    minimum_age = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=9, choices=EventState, default=EventState.DRAFT)
    last_number = models.PositiveIntegerField(default=0)
    # The event of which it is made again, where it is.
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repeats")
    # Since when it has a public page; stays when it is postponed or cancelled.
    announced_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(place=""), name="events_event_words"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="events_event_hours"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="events_event_capacity"),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(minimum_age__gte=1), name="events_event_minimum_age"
            ),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="events_event_state"),
        ]
        indexes = [
            models.Index(fields=["unit", "day"], name="events_event_unit"),
            models.Index(fields=["day"], name="events_event_day"),
        ]


class EventChangeKind(models.TextChoices):
    """What became of an event that was announced already."""

    MOVED = "moved", "Đổi ngày giờ, địa điểm"
    POSTPONED = "postponed", "Hoãn"
    CANCELLED = "cancelled", "Hủy"


class EventChange(models.Model):
    """An announced event was moved, postponed or cancelled: what held before, and the reason that everybody reads."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=9, choices=EventChangeKind)
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=160)
    reason = models.CharField(max_length=300)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="events_change_reason"),
            models.CheckConstraint(condition=Q(kind__in=EventChangeKind.values), name="events_change_kind"),
        ]


class TimetableLine(models.Model):
    """One line of an event's timetable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="timetable")
    at = models.TimeField()
    text = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="events_timetable_text")]


class EventPartner(models.Model):
    """A partner's part in an event: what it does there, and what it wants to reach."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="partners")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="event_parts")
    role = models.CharField(max_length=200)
    goal = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "partner"], name="events_partner_once"),
            models.CheckConstraint(condition=~Q(role=""), name="events_partner_role"),
        ]


class Booth(models.Model):
    """A booth at an event, of one of its partners or else of the unit itself.

    `service` is what people are helped with there; `goal` is counted in `goal_count`, for example 100 tài khoản.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="booths")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    event_partner = models.ForeignKey(EventPartner, null=True, on_delete=models.PROTECT, related_name="booths")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.PositiveSmallIntegerField(null=True)
    goal = models.PositiveIntegerField(null=True)
    goal_count = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="events_booth_number"),
            models.CheckConstraint(condition=~Q(name="") & Q(number__gte=1), name="events_booth_name"),
            models.CheckConstraint(
                condition=Q(goal=None, goal_count="") | (Q(goal__gte=1) & ~Q(goal_count="")), name="events_booth_goal"
            ),
        ]


class BudgetLine(models.Model):
    """A line of an event's budget, as text: the amount is written as the paper says it and is never summed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="budget")
    text = models.CharField(max_length=200)
    amount = models.CharField(max_length=60)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="events_budget_text")]


class Material(models.Model):
    """Something that must be there on the day: tables, banners, printed codes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    text = models.CharField(max_length=200)
    quantity = models.CharField(max_length=60, blank=True)
    keeper = models.CharField(max_length=120, blank=True)
    is_ready = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="events_material_text")]


class Shift(models.Model):
    """A post at an event, perhaps at one of its booths, for some hours that a unit fills with `wanted` volunteers.

    Once the event is announced it is an assignment of the unit; a change of unit, day or hours completes that one and makes
    another. A removed shift stays for the assignments that lead to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="shifts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="event_shifts")
    post = models.CharField(max_length=160)
    booth = models.ForeignKey(Booth, null=True, on_delete=models.SET_NULL, related_name="shifts")
    begins = models.TimeField()
    ends = models.TimeField()
    wanted = models.PositiveSmallIntegerField()
    assignment = models.OneToOneField(Assignment, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(post=""), name="events_shift_post"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="events_shift_hours"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="events_shift_wanted"),
        ]


class OnDutyManager(models.Manager["ShiftVolunteer"]):
    """Those who are on duty, without those who were taken off."""

    def get_queryset(self) -> models.QuerySet["ShiftVolunteer"]:
        """Return the rows of people on duty."""
        return super().get_queryset().filter(removed_at=None)


class ShiftVolunteer(models.Model):
    """A member or a teammate on duty in a shift. Who was taken off stays as a row, so that history names them (`all_rows`).

    A join from another model, as in `Count("volunteers")`, has both and states `removed_at` itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="volunteers")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="event_shifts")
    teammate = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="event_shifts")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = OnDutyManager()
    all_rows = models.Manager["ShiftVolunteer"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, teammate=None) | Q(member=None, teammate__isnull=False),
                name="events_volunteer_one",
            ),
            models.UniqueConstraint(
                fields=["shift", "member"], condition=Q(removed_at=None), name="events_volunteer_member"
            ),
            models.UniqueConstraint(
                fields=["shift", "teammate"], condition=Q(removed_at=None), name="events_volunteer_teammate"
            ),
        ]
