"""Rules of user names, of codes that are read aloud by telephone, and of the delays after failed tries."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Final

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem

CODE_LIVES = timedelta(minutes=10)
CODE_DIGITS = 8
CODE_TRIES = 5
"""With eight digits and five tries a guess succeeds once in twenty million codes."""

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


def clean_username(text: str) -> str:
    """Return the user name as it is stored: stripped and in lower case."""
    return text.strip().lower()


def display_name_problem(name: str) -> Problem | None:
    """Return why this cannot be the name of an account's owner."""
    if not name:
        return Problem("name_missing", _("Write the person's name."), "display_name")
    return name_problem(name, "display_name")


def username_problem(username: str) -> Problem | None:
    """Return why a user name cannot be assigned, for instance because it could be a phone number; None if it can."""
    if _USERNAME.fullmatch(username):
        return None
    message = _("A user name begins with a letter and has 2 to 60 letters without marks, digits, dots or hyphens.")
    return Problem("username_form", message, "username")


def new_code() -> str:
    """Return a new code of digits only, so that it can be read aloud and typed on any keyboard."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def clean_code(text: str) -> str:
    """Return the code as typed without spaces between digits."""
    return re.sub(r"[\s.-]", "", text)


def format_code(code: str) -> str:
    """Return the code in two groups, as it is shown."""
    return f"{code[:4]} {code[4:]}"


_LONG_NAME = 5
"""A user name of at least this many letters is not an everyday syllable."""
_SHORTEST_PAIR = 4
_LEAST_OTHERS = 6
"""A password has at least this many letters besides a name."""
_PHONE_TAIL = 7


def contains_name(password: str, *, names: Sequence[str], phone_number: str = "") -> bool:
    """Return whether a password contains a name or the phone number, ignoring case, diacritics, word order and separators.

    `names` are the user name and the person's name. Two consecutive words of a name count as the name, in any order, as do a long
    user name and the last digits of the phone. A single syllable, which occurs in many sentences, counts only if little else
    remains.
    """
    folded = vietnamese.fold(password)
    compact = re.sub(r"[^a-z0-9]", "", folded)
    digits = re.sub(r"[^0-9]", "", folded)
    if len(phone_number) > _PHONE_TAIL and phone_number[-_PHONE_TAIL:] in digits:
        return True
    words: set[str] = set()
    for name in names:
        parts = re.findall(r"[a-z]+", vietnamese.fold(name))
        words.update(parts)
        folded_name = re.sub(r"[^a-z0-9]", "", vietnamese.fold(name))
        if len(folded_name) >= _LONG_NAME and folded_name in compact:
            return True
        pairs = (first + second for first, second in permutations(parts, 2))
        if any(len(pair) >= _SHORTEST_PAIR and pair in compact for pair in pairs):
            return True
    letters = re.sub(r"[^a-z]", "", compact)
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1:
            rest = rest.replace(word, "")
    return rest != letters and len(rest) < _LEAST_OTHERS


@dataclass(frozen=True, slots=True)
class Limit:
    """The delays after failed tries under one key: the first `free` tries cost nothing, each further one doubles the delay up to
    the longest.

    The count is deleted `lasts` after the last try, or with `from_first` after the first one. With `ends_with_success` a success
    deletes it, because it holds the tries of one user only.
    """

    free: int
    first_delay: timedelta = timedelta()
    longest_delay: timedelta = timedelta()
    lasts: timedelta = timedelta(hours=1)
    from_first: bool = False
    ends_with_success: bool = False

    def delay(self, count: int) -> timedelta:
        """Return how long further tries are refused after this many failed ones."""
        if count < self.free or not self.first_delay:
            return timedelta()
        factor: int = 2 ** min(count - self.free, 20)
        return min(self.first_delay * factor, self.longest_delay)


ACCOUNT_AT_ORIGIN: Final = Limit(5, timedelta(seconds=30), timedelta(minutes=15), ends_with_success=True)
"""One account from one known browser, or else from one network address."""
ACCOUNT_ELSEWHERE: Final = Limit(20, timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1))
"""One account from all unknown browsers and addresses together."""
ADDRESS: Final = Limit(60, timedelta(seconds=10), timedelta(minutes=5))
"""All accounts from one network address: generous for a training room, too slow for a program that tries names."""
OLD_PASSWORD: Final = Limit(5, timedelta(seconds=30), timedelta(minutes=15), ends_with_success=True)
"""The current password on the page that changes it."""
RECORDED_FAILURES: Final = Limit(0, lasts=timedelta(days=1), from_first=True)
"""Failed sign-ins of one account within a day, for the audit log."""
RECORDED_SLOWING: Final = Limit(0, lasts=timedelta(hours=1), from_first=True)
"""How often the audit log records that sign-in to one account is slowed down."""

FAILURE_STEPS: Final = {1: "once", 5: "five", 20: "twenty", 100: "hundred", 1000: "thousand"}
"""Which of a day's failed sign-ins are recorded in the audit log, by the code of their number so far."""
KNOWN_FOR: Final = timedelta(days=400)
"""How long a browser or address stays known after the last sign-in from it."""
