"""The checklist of an administrator: what is needed to begin and what can wait, computed from the data in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from doanso.access.models import Invitation, Role, RoleAssignment
from doanso.access.policy import units_below
from doanso.documents.models import Letterhead
from doanso.lib import clock, formats
from doanso.members.models import Member
from doanso.people import consent_texts
from doanso.setup.models import ChecklistDismissal, ConsentApproval, InstallationBackup
from doanso.signing.models import Certificate, SignerKind
from doanso.targets.models import Programme, Target
from doanso.targets.queries.new_families import NewFamilies, new_families_below
from doanso.units.models import Unit, UnitKind

type _Words = str | Promise


@dataclass(frozen=True, slots=True)
class StepLink:
    """A button of a step: a route that may not exist in this version, and whether it gets the committee's code."""

    label: _Words
    route: str
    icon: str = ""
    of_committee: bool = False
    arguments: Mapping[str, str] | None = None
    query: str = ""

    def address(self, code: str) -> str:
        """Return the address; empty where this version has no such page."""
        arguments = {"code": code} if self.of_committee else dict(self.arguments or {})
        try:
            return reverse(self.route, kwargs=arguments) + self.query
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step of the setup. It is done when its fact holds, and waits for the steps named in `after`."""

    code: str
    title: _Words
    text: _Words
    minutes: int
    links: tuple[StepLink, ...]
    is_needed: bool = False
    after: tuple[str, ...] = ()
    text_of_communes: _Words = ""
    """What is said instead of `text` where the committee is a ward's or a commune's."""


STEPS: Sequence[StepKind] = (
    StepKind(
        "committee",
        gettext_lazy("Committee and administrator"),
        gettext_lazy("Created at the first start."),
        2,
        (StepLink(gettext_lazy("View"), "access:unit", of_committee=True),),
        is_needed=True,
    ),
    StepKind(
        "units",
        gettext_lazy("Units below the committee"),
        gettext_lazy("Wards, communes, schools and branches. With an Excel template, or one by one."),
        10,
        (
            StepLink(gettext_lazy("Import from Excel"), "organisation:import_units", "file-spreadsheet"),
            StepLink(gettext_lazy("Create one"), "organisation:create_unit", "plus"),
        ),
        is_needed=True,
        text_of_communes=gettext_lazy(
            "Branches of hamlets, schools and offices. With an Excel template, or one by one."
        ),
    ),
    StepKind(
        "programme",
        gettext_lazy("Programme and its indicators"),
        gettext_lazy("Copy a template, then change it. Or upload a programme file."),
        20,
        (StepLink(gettext_lazy("Write the programme"), "targets:new_programme", "target-arrow"),),
        is_needed=True,
    ),
    StepKind(
        "consent",
        gettext_lazy("Words of consent, and what people read about their data"),
        gettext_lazy("Read them, change them, and have them approved before the first person is recorded."),
        5,
        (StepLink(gettext_lazy("Read and approve"), "setup:consent", "shield-lock"),),
        is_needed=True,
    ),
    StepKind(
        "accounts",
        gettext_lazy("Invite officers and secretaries"),
        gettext_lazy("A link for each, with which they choose their own password. Many at once."),
        5,
        (StepLink(gettext_lazy("Invite"), "access:invite", "users"),),
        after=("units",),
    ),
    StepKind(
        "members",
        gettext_lazy("List of members"),
        gettext_lazy("From the Excel list that you keep. Each unit may import its own."),
        10,
        (StepLink(gettext_lazy("Import the list"), "imports:list", "file-spreadsheet", query="?kind=members"),),
        after=("units",),
    ),
    StepKind(
        "targets",
        gettext_lazy("Targets for the units"),
        gettext_lazy("Divided by the number of members, then changed unit by unit."),
        10,
        (StepLink(gettext_lazy("Divide the targets"), "home:cascade", "sitemap"),),
        after=("units", "programme"),
    ),
    StepKind(
        "letterhead",
        gettext_lazy("Letterhead"),
        gettext_lazy("The names at the head of reports and documents."),
        3,
        (StepLink(gettext_lazy("Fill in"), "documents:letterhead", "file-text", of_committee=True),),
    ),
    StepKind(
        "seal",
        gettext_lazy("Digital seal and signatures"),
        gettext_lazy("Certificates with which documents are signed. Needed only for signing here."),
        5,
        (StepLink(gettext_lazy("Add a certificate"), "signing:add", "shield-check"),),
    ),
    StepKind(
        "backup",
        gettext_lazy("Backup"),
        gettext_lazy("Make one and restore it on this server as a trial. Then one every night."),
        5,
        (StepLink(gettext_lazy("Make a backup"), "setup:backup", "folders"),),
    ),
)


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step as it stands: `state` is done, now (the next one needed), open, or later (it waits for another)."""

    number: int
    kind: StepKind
    text: _Words
    state: str
    waits_for: str
    links: list[tuple[_Words, str, str]]

    @property
    def time(self) -> str:
        return ngettext("%(count)s minute", "%(count)s minutes", self.kind.minutes) % {"count": self.kind.minutes}


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps, with the committee whose they are."""

    steps: list[ChecklistStep]
    dismissed: bool
    backed_up_at: datetime | None = None
    """When the latest sound backup was complete."""
    new_families: Sequence[NewFamilies] = ()
    """What this version can count and a running programme of the committee does not, for a decision on an amendment."""

    @property
    def has_steps(self) -> bool:
        """Whether its steps stand on the first page: until all are done or it is put away."""
        return not self.dismissed and self.done != len(self.steps)

    @property
    def needed(self) -> list[ChecklistStep]:
        """The steps needed to begin."""
        return [step for step in self.steps if step.kind.is_needed]

    @property
    def optional(self) -> list[ChecklistStep]:
        """The steps that can wait."""
        return [step for step in self.steps if not step.kind.is_needed]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return _done(self.steps)

    @property
    def needed_done(self) -> int:
        """How many of the needed steps are done."""
        return _done(self.needed)

    @property
    def optional_done(self) -> int:
        """How many of the others are done."""
        return _done(self.optional)

    @property
    def left(self) -> str:
        """How long the needed steps that are left take, in words."""
        waiting = [step for step in self.needed if step.state != "done"]
        if not waiting:
            is_complete = self.done == len(self.steps)
            return _("All steps are done.") if is_complete else _("What is needed is done. The rest can wait.")
        return ngettext(
            "about %(minutes)s minutes left for %(count)s needed step",
            "about %(minutes)s minutes left for %(count)s needed steps",
            len(waiting),
        ) % {"minutes": formats.number(sum(step.kind.minutes for step in waiting)), "count": len(waiting)}


def _done(steps: Sequence[ChecklistStep]) -> int:
    return sum(step.state == "done" for step in steps)


class SetupFacts:
    """Which steps of a committee are done; all facts in one statement, read when first needed."""

    def __init__(self, root: Unit) -> None:
        self._root = root

    @cached_property
    def _facts(self) -> dict[str, Any]:
        root = self._root.pk
        others = Unit.objects.filter(pk__in=units_below([root])).exclude(pk=root)
        exists = {
            "units": Exists(others),
            "programme": Exists(Programme.objects.filter(root_id=root)),
            "accounts": Exists(Invitation.objects.filter(withdrawn_at=None))
            | Exists(RoleAssignment.objects.exclude(role=Role.CITY_ADMINISTRATOR)),
            "members": Exists(Member.objects.all()),
            "targets": Exists(Target.objects.exclude(unit_id=root)),
            "letterhead": Exists(Letterhead.objects.filter(unit_id=root)),
            "seal": Exists(Certificate.objects.filter(unit_id=root, kind=SignerKind.ORGANISATION)),
            "backup": Exists(_sound_backups()),
            "dismissed": Exists(ChecklistDismissal.objects.filter(unit_id=OuterRef("pk"))),
        }
        text = consent_texts.texts_in_force(clock.today())
        values = {
            "text_since": Subquery(text.values("since")[:1]),
            "text_version": Subquery(text.values("version")[:1]),
            "approved_version": Subquery(
                ConsentApproval.objects.filter(text_version=Subquery(text.values("version")[:1])).values("text_version")
            ),
            "backed_up_at": Subquery(_sound_backups().order_by("-finished_at").values("finished_at")[:1]),
        }
        # Prefixed, because a unit has fields of some of these names.
        columns = {f"has_{name}": exist for name, exist in exists.items()} | values
        row: dict[str, Any] = dict(Unit.objects.filter(pk=root).values(**columns).get())
        # Words that came with a new version of the product are in use without anybody having approved them.
        in_use = (row["text_since"], row["text_version"])
        is_newest = row["text_since"] is not None and in_use >= consent_texts.newest_shipped_text(clock.today())
        return row | {"has_committee": True, "has_consent": row["approved_version"] is not None and is_newest}

    @property
    def backed_up_at(self) -> datetime | None:
        """When the latest backup that passed its test was complete."""
        moment: datetime | None = self._facts["backed_up_at"]
        return moment

    def holds(self, name: str) -> bool:
        """Return whether a step is done."""
        return bool(self._facts[f"has_{name}"])


def _sound_backups() -> QuerySet[InstallationBackup]:
    return InstallationBackup.objects.filter(is_tested=True)


def checklist_of(role_assignment: RoleAssignment) -> Checklist:
    """Return the checklist of an administrator's committee; one statement, two once there is a programme."""
    facts = SetupFacts(role_assignment.unit)
    numbers = {kind.code: number for number, kind in enumerate(STEPS, start=1)}
    steps: list[ChecklistStep] = []
    has_next = False
    for kind in STEPS:
        waiting = [numbers[code] for code in kind.after if not facts.holds(code)]
        if facts.holds(kind.code):
            state = "done"
        elif waiting:
            state = "later"
        elif kind.is_needed and not has_next:
            state, has_next = "now", True
        else:
            state = "open"
        is_commune = role_assignment.unit.kind in (UnitKind.WARD, UnitKind.COMMUNE)
        text = (is_commune and kind.text_of_communes) or kind.text
        links = [
            (link.label, address, link.icon)
            for link in kind.links
            if (address := link.address(role_assignment.unit.code))
        ]
        steps.append(ChecklistStep(numbers[kind.code], kind, text, state, _after(waiting), links))
    new_families = new_families_below(role_assignment.unit) if facts.holds("programme") else []
    return Checklist(steps, facts.holds("dismissed"), facts.backed_up_at, new_families)


def _after(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    return _("After step %(numbers)s") % {"numbers": _(" and ").join(map(str, numbers))}


def shown_on_today(role_assignment: RoleAssignment | None) -> Checklist | None:
    """Return the checklist for an administrator's first page; None once nothing in it waits or it was put away.

    What a new version can count is shown there also after that.
    """
    if role_assignment is None:
        return None
    checklist = checklist_of(role_assignment)
    return checklist if checklist.has_steps or checklist.new_families else None
