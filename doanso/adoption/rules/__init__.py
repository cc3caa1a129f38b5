"""Decisions about attestations on plain values; no database, no request."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem

SELF_DECLARED = 0
"""The grade of a person's own declaration, which waits for an officer."""
SEEN_BY_OFFICER = 1
"""The grade of what one officer has seen with their own eyes."""
CALLED_BACK = HIGHEST_GRADE = 4
EARLIEST_DAY = date(2005, 1, 1)
"""No service of the catalogue is older; a day before it is a typing error."""
LEAST_SAMPLE = 3
ONE_IN = 10
MOST_IN_BULK = 500
DRAW_OPEN_FOR = timedelta(days=7)
"""How long a bulk that was not confirmed is offered again; later, who was chosen should be chosen anew."""


def sample_size(chosen: int) -> int:
    """Return how many of a bulk must be opened: one in ten, at least three, all where there are fewer."""
    return min(chosen, max(LEAST_SAMPLE, -(-chosen // ONE_IN)))


def is_draw_open(drawn_at: datetime, attested_at: datetime | None, now: datetime) -> bool:
    """Return whether a bulk waits to be confirmed and was drawn not long ago."""
    return attested_at is None and now - drawn_at <= DRAW_OPEN_FOR


def day_problem(happened_on: date, today: date) -> Problem | None:
    """Return why a usage can't have been seen on that day."""
    if happened_on > today:
        return Problem(
            "day_ahead",
            _("The day lies ahead. Give today, %(today)s, or an earlier day.") % {"today": formats.day(today)},
            "happened_on",
        )
    if happened_on < EARLIEST_DAY:
        return Problem(
            "day_too_early",
            _("The day is too long ago. Give a day from %(earliest)s on.") % {"earliest": formats.day(EARLIEST_DAY)},
            "happened_on",
        )
    return None


def bulk_problem(chosen: int) -> Problem | None:
    """Return why this number of people can't be attested at once."""
    if chosen == 0:
        return Problem("nobody_chosen", _("Nobody is chosen. Tick the members whom you have checked."), "people")
    if chosen > MOST_IN_BULK:
        return Problem(
            "too_many",
            _("%(chosen)s people are too many at once. Choose at most %(most)s.")
            % {"chosen": formats.number(chosen), "most": formats.number(MOST_IN_BULK)},
            "people",
        )
    return None


def still_to_reach[Key](level: int, levels: Mapping[Key, int]) -> list[Key]:
    """Return the persons below a stage: a bulk records that people have reached it, so it never lowers anybody."""
    return [person for person, now in levels.items() if now < level]


def unopened_problem(unopened: int) -> Problem | None:
    """Return why a bulk can't be confirmed while some of its sample is unopened."""
    if unopened == 0:
        return None
    return Problem(
        "sample_unopened",
        _("%(count)s records of the sample are not opened yet. Open each of them and check it, then confirm.")
        % {"count": unopened},
        "sample",
    )


def grade_problem(now: int, wanted: int) -> Problem | None:
    """Return why a grade can't be changed so: weaker evidence does not replace stronger."""
    if now < wanted <= HIGHEST_GRADE:
        return None
    return Problem(
        "grade_not_higher",
        _("The evidence already has grade %(now)s. Choose a higher one, at most %(highest)s.")
        % {"now": now, "highest": HIGHEST_GRADE},
        "grade",
    )


def same_eyes_problem(seen_by_actor: bool) -> Problem | None:
    """Return why an officer may not confirm a record of their own."""
    if not seen_by_actor:
        return None
    return Problem(
        "same_eyes",
        _("You recorded this yourself. Better evidence comes from somebody else; ask another officer to check it."),
        "grade",
    )


def own_record_problem(is_own: bool) -> Problem | None:
    """Return why an officer may not attest their own use."""
    if not is_own:
        return None
    return Problem(
        "own_record",
        _("This is your own record. Somebody else has to look and attest it."),
        "grade",
    )


def ladder_problem(existing_codes: Sequence[str], planned_codes: Sequence[str]) -> str:
    """Return why a ladder may not be changed this way, "" if it may: known stages keep their order, new ones are added on top."""
    if list(planned_codes[: len(existing_codes)]) == list(existing_codes):
        return ""
    return _("the stages “%(known)s” keep their order once loaded; new stages go above them.") % {
        "known": ", ".join(existing_codes)
    }
