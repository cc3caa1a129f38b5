"""Grades of evidence, checks of inputs, and flags of confirmations: plain values only."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import clock, formats, names, vietnamese
from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem

SEEN, PAIR, CONFIRMED, CALLED_BACK = 1, 2, 3, 4
FIRST_DAY = date(2005, 1, 1)
"""No service counted here is older."""
MOST_AT_ONCE = 1000
YOUTH, OFFICIAL = "youth", "official"


def grade_of_helpers(helper_kind: str, second_kind: str) -> int:
    """Return the grade of helpers: 1 for one kind of person, 2 for a pair of a youth and an official."""
    return PAIR if {helper_kind, second_kind} == {YOUTH, OFFICIAL} else SEEN


def raises_grade(*, made_at: datetime, staff_browser: bool, shown_until: datetime | None) -> bool:
    """Return whether a confirmation counts as evidence: not in a staff browser, and not while the helpers' phone still
    showed the receipt's page.
    """
    return not staff_browser and (shown_until is None or made_at > shown_until)


def day_problem(happened_on: date, today: date) -> Problem | None:
    """Return why support can't have been given on that day."""
    if happened_on > today:
        return Problem("day_ahead", _("This day lies ahead. Give the day on which the help was given."), "happened_on")
    if happened_on < FIRST_DAY:
        message = _("Before %(day)s there was none of these services. Look at the year again.")
        return Problem("day_too_early", message % {"day": formats.day(FIRST_DAY)}, "happened_on")
    return None


def words_problem(text: str, field: str) -> Problem | None:
    """Return why a name is refused: it holds a long row of digits, which may be a phone, account or citizen number."""
    if not has_long_number(text):
        return None
    message = _("Names only: no phone number, account number or citizen number belongs here.")
    return Problem("digits_in_name", message, field)


def name_problem(name: str, field: str) -> Problem | None:
    """Return why this is no name of a helper, receiver or shop."""
    return words_problem(name, field) or names.name_problem(name, field)


def same_helper(name: str, other: str) -> bool:
    """Return whether two names may be one person's, who is no pair alone. Diacritics count where both were typed with them."""
    return bool(name) and vietnamese.may_be_one_name(name, other)


def same_helper_problem() -> Problem:
    """Return the problem of a pair with two equal names."""
    message = _(
        "Who helped and who came along are one and the same. Leave the second empty, or write somebody else. If they are two"
        " people of one name, say so."
    )
    return Problem("same_helper", message, "two_helpers")


def helped_self_problem(name: str, *helpers: str) -> Problem | None:
    """Return why these helpers can't have helped this person: one has the same name."""
    if not any(same_helper(name, helper) for helper in helpers):
        return None
    message = _(
        "Who helped and who was helped bear the same name; nobody helps themselves. If they are two people, say so."
    )
    return Problem("helped_self", message, "namesakes")


def consent_problem(*, named: bool, purposes: Collection[str], needed: str) -> Problem | None:
    """Return why a named record is refused: the needed consent is missing."""
    if not named or needed in purposes:
        return None
    message = _("Without the person's consent only the help itself is recorded: tick “does not want to be named”.")
    return Problem("no_consent", message, "consent")


# --- The receipt --------------------------------------------------------------------------------------------------------

TRIES_OF_A_CODE = 5
TRIES_OF_A_PLACE = 60
TRIES_LAST = timedelta(hours=1)
EARLY_OF_A_PLACE = 60
KEEP_EARLY = timedelta(days=30)
"""How long an early confirmation waits for its receipt."""


def given_name(name: str) -> str:
    """Return the last word of a Vietnamese name, by which people are addressed."""
    words = name.split()
    return words[-1] if words else ""


_OLD, _GROWN = 60, 38
_TITLES = {
    ("old", "male"): gettext_lazy("Mr (old)"),
    ("old", "female"): gettext_lazy("Mrs (old)"),
    ("old", ""): gettext_lazy("Mr or Mrs (old)"),
    ("grown", "male"): gettext_lazy("Mr (grown)"),
    ("grown", "female"): gettext_lazy("Mrs (grown)"),
    ("grown", ""): gettext_lazy("Mr or Mrs (grown)"),
    ("young", "male"): gettext_lazy("Mr (young)"),
    ("young", "female"): gettext_lazy("Mrs (young)"),
    ("young", ""): gettext_lazy("Mr or Mrs (young)"),
}


def polite_name(name: str, gender: str, birth_year: int | None, year: int) -> str:
    """Return the polite form of address, with the given name alone: "ông Bảy"."""
    age = year - birth_year if birth_year else _GROWN
    stage = "old" if age >= _OLD else "grown" if age >= _GROWN else "young"
    return f"{_TITLES[stage, gender]} {given_name(name)}"


# --- Flags for an officer -----------------------------------------------------------------------------------------------

BURST, ONE_DEVICE, MIDNIGHT = "burst", "one-device", "midnight"
BURST_COUNT = 8
BURST_SPAN = timedelta(minutes=10)
DEVICE_COUNT = 3
NIGHT = (time(22), time(5))
BEFORE_DEADLINE = timedelta(days=3)
KEEP_DEVICES = timedelta(days=7)

FLAG_REASONS = {
    BURST: gettext_lazy("Many confirmations of this unit came within ten minutes."),
    ONE_DEVICE: gettext_lazy("Several people's confirmations came from one device on this day."),
    MIDNIGHT: gettext_lazy("It came at night, shortly before a deadline."),
}
"""Why an officer should look at a confirmation. A flag changes no figure."""


def is_burst(earlier: Sequence[datetime], moment: datetime) -> bool:
    """Return whether this confirmation completes a burst of a unit within ten minutes."""
    return sum(moment - BURST_SPAN <= made_at <= moment for made_at in earlier) + 1 >= BURST_COUNT


def is_one_device(receipts_before: int) -> bool:
    """Return whether the device has confirmed too many receipts on this day; a household shares one."""
    return receipts_before + 1 >= DEVICE_COUNT


def is_before_deadline_at_night(moment: datetime, today: date, deadlines: Collection[date]) -> bool:
    """Return whether it was made at night within three days of a book's end."""
    hour = clock.local(moment).time()
    at_night = hour >= NIGHT[0] or hour < NIGHT[1]
    return at_night and any(today <= day <= today + BEFORE_DEADLINE for day in deadlines)


@dataclass(frozen=True, slots=True)
class ConfirmationContext:
    """The data from which the flags of a confirmation are computed."""

    made_at: datetime
    today: date
    of_unit: Sequence[datetime]
    receipts_of_device: int
    deadlines: Collection[date]


def confirmation_flags(context: ConfirmationContext) -> list[str]:
    """Return the flags of a confirmation; usually none."""
    checks = (
        (BURST, is_burst(context.of_unit, context.made_at)),
        (ONE_DEVICE, is_one_device(context.receipts_of_device)),
        (MIDNIGHT, is_before_deadline_at_night(context.made_at, context.today, context.deadlines)),
    )
    return [name for name, holds in checks if holds]


def device_hash(salt: bytes, parts: Sequence[str]) -> str:
    """Return the hash of a device of one day; without the day's salt it can't be computed again."""
    return hmac.digest(salt, "\0".join(parts).encode(), hashlib.sha256).hex()


# --- Deciding -----------------------------------------------------------------------------------------------------------


def same_eyes_problem(recorded_by_actor: bool) -> Problem | None:
    """Return why an actor may not decide about a record of their own."""
    if not recorded_by_actor:
        return None
    message = _("You recorded this help yourself. Another officer decides about it.")
    return Problem("same_eyes", message)


def explanation_problem(text: str) -> Problem | None:
    """Return why an explanation is refused: shorter than three words, or with a long number."""
    if len(text.split()) < 3:
        message = _("Say in a few words what you found, for example “Đã gọi điện hỏi bà, bà nhớ buổi hướng dẫn”.")
        return Problem("explanation_missing", message, "explanation")
    return words_problem(text, "explanation")


def new_salt() -> bytes:
    """Return a day's salt."""
    return secrets.token_bytes(16)
