"""The Union's tree of units with dates: parents and names on any day.

Intervals are half open: `since` is included, `until` excluded; without `until` the row is in effect.
"""

from django.db import models

from doanso.lib.uuid7 import uuid7


class UnitKind(models.TextChoices):
    """Kinds of units; the place in the tree is given by the link, not by the kind.

    Each may be the root: a province's or city's committee, or, in the order since 2025, that of a single ward or commune.
    """

    PROVINCE = "province", "Tỉnh Đoàn"
    CITY = "city", "Thành Đoàn"
    WARD = "ward", "Đoàn phường"
    COMMUNE = "commune", "Đoàn xã"
    GRASSROOTS = "grassroots", "Cơ sở Đoàn"
    SCHOOL = "school", "Đoàn trường"
    OFFICE = "office", "Đoàn cơ quan"
    BRANCH = "branch", "Chi đoàn"


UPPER_KINDS = frozenset({UnitKind.PROVINCE, UnitKind.CITY})
"""Kinds of committees that lead wards and communes: they have no members, teams or doors of their own."""
GRASSROOTS_KINDS = frozenset(UnitKind) - UPPER_KINDS - {UnitKind.BRANCH}
"""Kinds of units that have branches, or members where there are none: wards, communes, schools, offices."""


class Unit(models.Model):
    """A node of the tree. It is *ended* (`until`), never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The official code of wards and communes; it never changes, because URLs and files use it.
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=UnitKind)
    since = models.DateField()
    until = models.DateField(null=True)
    # For an ended unit: the one that continues its work, and the existing one that keeps its records today, which is the
    # successor, the successor's successor when that has ended too, or else the former parent.
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    keeper = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="kept")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="units_unit_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(successor=None, keeper=None) | models.Q(until__isnull=False),
                name="units_unit_successor",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=UnitKind.values), name="units_unit_kind"),
        ]

    def __str__(self) -> str:
        return self.code


class UnitName(models.Model):
    """The name of a unit over a span of days; `sort_key` gives the reading order of siblings (Phường 2 before 10)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "since"], name="units_name_since"),
            models.UniqueConstraint(fields=["unit"], condition=models.Q(until=None), name="units_name_one_open"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="units_name_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitLink(models.Model):
    """The parent of a unit over a span of days. Spans of one unit do not overlap."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="links")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="child_links")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "since"], name="units_link_since"),
            models.UniqueConstraint(fields=["unit"], condition=models.Q(until=None), name="units_link_one_open"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="units_link_dates"
            ),
            models.CheckConstraint(condition=~models.Q(unit=models.F("parent")), name="units_link_not_itself"),
        ]


class UnitPath(models.Model):
    """The dated closure of the links, with each unit under itself at depth 0; a pure function of links and units."""

    id = models.BigAutoField(primary_key=True)
    ancestor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="paths_down")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="paths_up")
    depth = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "unit", "since"], name="units_path_since"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="units_path_dates"
            ),
        ]
        indexes = [models.Index(fields=["unit", "since"], name="units_path_up")]


class Neighbourhood(models.Model):
    """A khu phố, ấp or khóm of a ward, by the name that people use.

    It belongs to one ward only: when the ward ends, `successor` is the same area of the ward that follows.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="neighbourhoods")
    name = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "since"], name="units_neighbourhood_name"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")),
                name="units_neighbourhood_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name
