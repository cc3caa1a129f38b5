"""Programmes as data: indicators, and the targets of each unit."""

from datetime import date

from django.db import models

from doanso.accounts.models import User
from doanso.ledger.models import Book
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Person
from doanso.units.models import Neighbourhood, Unit


class Programme(models.Model):
    """Targets of a root unit over a period, and the book that counts for them.

    `owed_pace_since` is the first day whose figures pace an indicator from the day from which it is owed
    (`rules.PaceRule.OWED`); None if all do. Figures of earlier days had been frozen by the rule before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programmes")
    book = models.OneToOneField(Book, on_delete=models.PROTECT, related_name="programme")
    first_day = models.DateField()
    last_day = models.DateField()
    owed_pace_since = models.DateField(null=True)
    # Names of the families that the committee knew when it made the programme, and of those that it declined later.
    known_families = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="targets_programme_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def runs_on(self, day: date) -> bool:
        """Return whether the day is one of the programme's."""
        return self.first_day <= day <= self.last_day


MEMBERS = "members"
"""The denominator of members' shares: members who are active and not away. A file may name a family instead."""


class IndicatorKind(models.TextChoices):
    """How a figure is measured against its target."""

    SHARE = "share", "Tỷ lệ"
    COUNT = "count", "Số lượng"
    MILESTONE = "milestone", "Mốc"
    RULE = "rule", "Quy tắc"


class IndicatorGroup(models.TextChoices):
    """The dashboard's headings."""

    MEMBERS = "members", "Đoàn viên, thanh niên"
    RESIDENTS = "residents", "Người dân và hộ kinh doanh"
    MODELS = "models", "Mô hình"
    OFFICE = "office", "Công tác Đoàn trên môi trường số"
    RULES = "rules", "Nguyên tắc 1+1 và chủ trương 1+2"


class Indicator(models.Model):
    """What is measured. `numerator`/`denominator`/`exempt` are measure codes of the book.

    A family that no app serves yet has no measure, and the indicator reads "chưa có số liệu".
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="indicators")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    short_title = models.CharField(max_length=60)
    kind = models.CharField(max_length=9, choices=IndicatorKind)
    group = models.CharField(max_length=9, choices=IndicatorGroup)
    unit_of_count = models.CharField(max_length=60)
    family = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    numerator = models.SlugField(max_length=60, blank=True)
    denominator = models.SlugField(max_length=60, blank=True)
    exempt = models.SlugField(max_length=60, blank=True)
    denominator_text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="targets_indicator_code"),
            models.CheckConstraint(condition=models.Q(kind__in=IndicatorKind.values), name="targets_indicator_kind"),
            models.CheckConstraint(condition=models.Q(group__in=IndicatorGroup.values), name="targets_indicator_group"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asks_members(self) -> bool:
        """Whether it is a share of members, from which they can be exempt; no other denominator has a list of people."""
        return self.denominator == MEMBERS

    @property
    def required_grade(self) -> int:
        """The grade of evidence that the figure needs; what lies below it counts, and pages point it out."""
        return int(self.parameters.get("required_grade", 0))


class Basis(models.TextChoices):
    """Whether the number is stated in the plan itself."""

    STATED = "stated", "Theo kế hoạch"
    ASSUMED = "assumed", "Tạm tính"


class Split(models.TextChoices):
    """The rule by which a target was divided among the units below."""

    MEMBERS = "members", "Theo số đoàn viên"
    HOUSEHOLDS = "households", "Theo số hộ dân"
    SHOPS = "shops", "Theo số cửa hàng"
    EQUAL = "equal", "Chia đều"
    PREVIOUS = "previous", "Chia như năm trước"
    HAND = "hand", "Nhập từng đơn vị"


class Allocation(models.Model):
    """One decision by which a unit gives an indicator's targets to units directly below it. It never changes.

    `owed` is the giving unit's own target at the time, `counted_on` the day whose members, households or shops were used
    (with `previous` the weights are the targets that the programme before had given);
    `adjusted` says that some values were set by hand after the computation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="allocations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="allocations")
    split = models.CharField(max_length=10, choices=Split)
    adjusted = models.BooleanField(default=False)
    counted_on = models.DateField()
    owed = models.PositiveIntegerField()
    decision_number = models.CharField(max_length=60)
    decided_on = models.DateField()
    since = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="allocations")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(split__in=Split.values), name="targets_allocation_split"),
            models.CheckConstraint(condition=~models.Q(decision_number=""), name="targets_allocation_decision"),
        ]


class Target(models.Model):
    """The target of a unit for an indicator: a whole number, in percent for shares. `why` explains an assumed number.

    A version never changes. The highest version whose `since` is past holds; without `since` it holds from the beginning. A share
    holds for every unit below that has no own target; a count belongs to its unit alone, and a count of 0 means that the unit has
    no target. `weight` is the number by which the unit's part was computed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="targets")
    value = models.PositiveIntegerField()
    basis = models.CharField(max_length=7, choices=Basis)
    why = models.CharField(max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    since = models.DateField(null=True)
    allocation = models.ForeignKey(Allocation, null=True, on_delete=models.PROTECT, related_name="targets")
    weight = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "version"], name="targets_target_version"),
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="targets_target_basis"),
            models.CheckConstraint(
                condition=models.Q(basis="stated") | ~models.Q(why=""), name="targets_target_assumed_why"
            ),
        ]


class AnswerKind(models.TextChoices):
    """The kind of a unit's answer to its target."""

    ACCEPTED = "accepted", "Nhận chỉ tiêu"
    COUNTERED = "countered", "Đề nghị con số khác"


class Answer(models.Model):
    """A unit's answer to its target. A later answer replaces it; none is changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=9, choices=AnswerKind)
    value = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="target_answers")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="accepted", value=None)
                | (models.Q(kind="countered", value__isnull=False) & ~models.Q(reason="")),
                name="targets_answer_counter",
            ),
        ]


class SettlementOutcome(models.TextChoices):
    """The giving unit's decision on a counter: take its number or keep the old one."""

    TAKEN = "taken", "Đồng ý con số đề nghị"
    KEPT = "kept", "Giữ nguyên chỉ tiêu"


class Settlement(models.Model):
    """The giving unit's decision on a counter; the counter stays readable beside it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="settlement")
    outcome = models.CharField(max_length=5, choices=SettlementOutcome)
    words = models.CharField(max_length=500, blank=True)
    target = models.OneToOneField(Target, null=True, on_delete=models.PROTECT, related_name="settled_by")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="target_settlements")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="taken", target__isnull=False)
                | (models.Q(outcome="kept", target=None) & ~models.Q(words="")),
                name="targets_settlement_outcome",
            ),
        ]


class SizeKind(models.TextChoices):
    """Sizes by which a unit is measured, besides its members."""

    HOUSEHOLDS = "households", "Hộ dân"
    SHOPS = "shops", "Cửa hàng, hộ kinh doanh"


class UnitSize(models.Model):
    """How many households or shops an area has, as stated on a day. The newest number of each area holds.

    Without a neighbourhood it is the number of the whole unit; the sum of its neighbourhoods takes precedence.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sizes")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.PROTECT, related_name="sizes")
    kind = models.CharField(max_length=10, choices=SizeKind)
    number = models.PositiveIntegerField()
    since = models.DateField()
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="stated_sizes")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=SizeKind.values), name="targets_size_kind"),
        ]


class FrozenList(models.Model):
    """The members in a share's denominator on a day, stored as of that day: who is in it, and who is exempt and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="frozen_lists")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="frozen_lists")
    on = models.DateField()
    asked = models.PositiveIntegerField()
    exempt = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="frozen_lists")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "on"], name="targets_frozen_list_day"),
        ]


class FrozenPerson(models.Model):
    """One person of a frozen list. Erasure empties person, source and reason; the row is kept for the count."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(FrozenList, on_delete=models.PROTECT, related_name="people")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    exempt = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=40, blank=True)
    source = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["list", "exempt", "id"], name="targets_frozen_page")]


class PlanOrigin(models.TextChoices):
    """Where a draft or a revision comes from."""

    BLANK = "blank", "Soạn từ đầu"
    TEMPLATE = "template", "Từ chương trình mẫu"
    FILE = "file", "Từ tệp TOML"
    COPY = "copy", "Chép từ chương trình khác"
    EDIT = "edit", "Sửa chương trình đã ban hành"


class ProgrammeRevision(models.Model):
    """A programme as it was published on a day: the whole plan, who published it and why. It never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    plan = models.JSONField()
    origin = models.CharField(max_length=8, choices=PlanOrigin)
    reason = models.CharField(max_length=1000, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="targets_revision_number"),
            models.CheckConstraint(condition=models.Q(origin__in=PlanOrigin.values), name="targets_revision_origin"),
        ]


class DraftState(models.TextChoices):
    """Where a draft is on its way. While it is being published nobody saves; publishing again continues."""

    OPEN = "open", "Đang soạn"
    PUBLISHING = "publishing", "Đang ban hành"
    PUBLISHED = "published", "Đã ban hành"
    DISCARDED = "discarded", "Đã bỏ"


class ProgrammeDraft(models.Model):
    """A programme that is being written; no unit sees it.

    `programme` is the one that it changes, and `base_number` the revision of it from which the draft was made; `copied_from`
    the one whose figures are shown beside it; with `carries_division` the new targets can be divided as those it gave.
    `version` counts the saves of the title, the code and the days.

    While it is being published, `publisher` and `publish_reason` say who publishes it and why; `filled_after` is the ledger's
    last subject that is counted, `filled_count` of `fill_total` their number, `stepped_at` when that was written. `refusal` says
    why the worker could not publish it the last time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programme_drafts")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="drafts")
    base_number = models.PositiveSmallIntegerField(default=0)
    copied_from = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="+")
    carries_division = models.BooleanField(default=False)
    origin = models.CharField(max_length=8, choices=PlanOrigin)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.OPEN)
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    first_day = models.DateField()
    last_day = models.DateField()
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    publisher = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    publish_reason = models.CharField(max_length=1000, blank=True)
    filled_after = models.BigIntegerField(default=0)
    filled_count = models.PositiveIntegerField(default=0)
    fill_total = models.PositiveIntegerField(default=0)
    stepped_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme"],
                condition=models.Q(state__in=("open", "publishing")),
                name="targets_draft_one_per_programme",
            ),
            models.CheckConstraint(condition=models.Q(state__in=DraftState.values), name="targets_draft_state"),
            models.CheckConstraint(condition=models.Q(origin__in=PlanOrigin.values), name="targets_draft_origin"),
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="targets_draft_dates"),
        ]

    def __str__(self) -> str:
        return self.title


class DraftIndicator(models.Model):
    """One indicator of a draft: its code, and the other fields of `plans.IndicatorPlan` in `values`.

    `version` counts its saves; every save names the one it has read. A removed indicator stays, so that nobody's text is lost.
    `reason` says why an indicator of a published programme is changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(ProgrammeDraft, on_delete=models.PROTECT, related_name="indicators")
    code = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    values = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    removed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "code"], condition=models.Q(removed=False), name="targets_draft_indicator_code"
            ),
        ]
