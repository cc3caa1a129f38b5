"""The state of a unit on its page: targets by state, the late ones, the units below that need help most, and what goes well."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.lib import clock, formats
from doanso.lib.panels import Panel
from doanso.members.policy import VIEW as VIEW_MEMBERS
from doanso.targets import policy, queries
from doanso.targets.queries import IndicatorProgress, Overview, UnitProgress

LATE = ("risk", "behind")
WELL = ("met", "on")
MOST_LATE = 6
MOST_WELL = 8


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A unit directly below: its secretary, members, the worst state of its targets, and how many of them are on pace."""

    name: str
    secretary: str
    url: str
    size: int | None
    state: str
    on_pace: int
    counted: int


def _overview(actor: User, page: UnitPage) -> Overview | None:
    """Return the unit's figures in its current programme, read once for all panels of a page."""
    if "targets" not in page.parts:
        page.parts["targets"] = _read(page)
    overview = page.parts["targets"]
    return overview if isinstance(overview, Overview) else None


def _read(page: UnitPage) -> Overview | None:
    if page.unit.until is not None or not page.allows(policy.VIEW):
        return None
    today = clock.today()
    programme = next(iter(queries.programmes_at(page.unit, today)), None)
    if programme is None or programme.first_day > today:
        return None
    overview = queries.overview(programme, page.unit, queries.day_of(programme, None, page.unit))
    page.known.update({child.unit.id: child.unit for child in overview.children})
    return queries.overview_in_phase(overview, queries.phase_today(programme))


def _indicator_url(overview: Overview, progress: IndicatorProgress) -> str:
    names = {"programme": overview.programme.code, "indicator": progress.code, "unit": overview.unit.code}
    return reverse("targets:indicator", kwargs=names)


def _is_over(overview: Overview) -> bool:
    return overview.programme.last_day < clock.today()


def unit_state(actor: User, page: UnitPage) -> Panel | None:
    """Return how many targets are in each state, and the unit's members."""
    overview = _overview(actor, page)
    if overview is None:
        return None
    states = overview.states()
    targets = reverse("targets:indicators", kwargs={"programme": overview.programme.code})
    is_over = _is_over(overview)
    words = {"met": _("met"), "missed": _("not met")}
    if not is_over:
        words = {"risk": _("at risk"), "behind": _("behind"), "on": _("on pace"), "met": _("met")}
    return Panel(
        "targets/unit_state.html",
        {
            "label": _("Summary of %(count)s targets") % {"count": len(overview.indicators)},
            "programme": overview.programme.title,
            "is_over": is_over,
            "states": [(name, states.get(name, 0), word) for name, word in words.items()],  # type: ignore[call-overload]
            "url": f"{targets}?unit={overview.unit.code}",
            "members": overview.members_counted(),
            # A clerk sees the number and not the list.
            "members_url": f"{reverse('members:list')}?unit={overview.unit.code}"
            if VIEW_MEMBERS.allows_anywhere(actor)
            else "",
            "on": overview.on,
        },
    )


def late_targets(actor: User, page: UnitPage) -> Panel | None:
    """Return the targets that need help, the worst first; a sentence where all are on pace. None once the programme is over."""
    overview = _overview(actor, page)
    if overview is None or _is_over(overview):
        return None
    late = [progress for progress in overview.indicators if progress.state in LATE]
    late.sort(key=lambda progress: (progress.state != "risk", _share_of_pace(progress)))
    return Panel(
        "targets/unit_late.html",
        {
            "rows": [_target_row(overview, progress) for progress in late[:MOST_LATE]],
            "late": len(late),
            "all": len(overview.indicators),
            "url": f"{reverse('targets:indicators', kwargs={'programme': overview.programme.code})}"
            f"?unit={overview.unit.code}",
        },
    )


def _share_of_pace(progress: IndicatorProgress) -> int:
    return (progress.figure or 0) * 1000 // max(progress.pace or progress.goal or 1, 1)


def _target_row(overview: Overview, progress: IndicatorProgress) -> dict[str, Any]:
    note = ""
    if progress.missing:
        missing = {"count": formats.number(progress.missing), "what": progress.unit_of_count}
        note = _("%(count)s %(what)s are missing") % missing
    row = progress.row(url=_indicator_url(overview, progress), note=note, until=overview.programme.last_day)
    return row | {"grades": ()}


def units_below(actor: User, page: UnitPage) -> Panel | None:
    """Return the units directly below with their state, those that need help most first."""
    overview = _overview(actor, page)
    if overview is None or not overview.children:
        return None
    page.children = [child.unit for child in overview.children]
    rows = sorted(overview.children, key=_need)
    context = {
        "rows": [_child_row(child, page.secretaries.get(child.unit.id, "")) for child in rows],
        "head": _("Targets met") if _is_over(overview) else _("Targets on pace"),
        "order": _("those with fewer targets met first") if _is_over(overview) else _("those that need help first"),
        **_reminder(page, overview),
    }
    return Panel("targets/unit_children.html", context)


def _reminder(page: UnitPage, overview: Overview) -> dict[str, Any]:
    """Return where the late units below are reminded of the target on which most of them are late, and in which words."""
    is_running = overview.programme.runs_on(clock.today())
    late = [
        sum(child.indicators[place].state in LATE for child in overview.children)
        for place in range(len(overview.indicators))
    ]
    most = max(late, default=0)
    if not is_running or not most or not page.allows(policy.ALLOCATE):
        return {"remind": "", "remind_words": ""}
    progress = overview.indicators[late.index(most)]
    names = {"programme": overview.programme.code, "indicator": progress.code, "unit": overview.unit.code}
    words = ngettext("Remind %(count)s late unit: %(target)s", "Remind %(count)s late units: %(target)s", most)
    return {
        "remind": reverse("targets:remind", kwargs=names),
        "remind_words": words % {"count": formats.number(most), "target": progress.short_title},
    }


def _need(unit: UnitProgress) -> tuple[int, int, int]:
    return (-unit.count_in("risk"), -unit.count_in("behind"), unit.count_in(*WELL))


def _child_row(child: UnitProgress, secretary: str) -> ChildRow:
    state = next((state for state in ("risk", "behind", "missed", "on", "met") if child.count_in(state)), "none")
    if state == "on" and not child.count_in("on"):
        state = "met"
    return ChildRow(
        name=child.unit.short_name,
        secretary=secretary,
        url=reverse("access:unit", args=[child.unit.code]),
        size=child.size,
        state=state,
        on_pace=child.count_in(*WELL),
        counted=child.count_in(*LATE, *WELL, "missed"),
    )


def good_targets(actor: User, page: UnitPage) -> Panel | None:
    """Return the targets that are met or on pace."""
    overview = _overview(actor, page)
    if overview is None:
        return None
    good = [progress for progress in overview.indicators if progress.state in WELL]
    good.sort(key=lambda progress: progress.state != "met")
    if not good:
        return None
    rows = [
        {
            "state": str(progress.state),
            "title": progress.short_title,
            "kind": progress.kind,
            "value": progress.figure,
            "target": None if progress.is_share else progress.goal,
            "url": _indicator_url(overview, progress),
        }
        for progress in good[:MOST_WELL]
    ]
    return Panel("targets/unit_good.html", {"rows": rows})
