"""What a user name looks like, codes that are read out by telephone, and how failed tries slow down."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Final

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.problems import Problem

CODE_LIVES = timedelta(minutes=10)
CODE_DIGITS = 8
CODE_TRIES = 5
"""With eight digits and five tries a guess succeeds once in twenty million codes."""

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


def clean_username(text: str) -> str:
    """The user name as it is kept: without spaces around it, in small letters."""
    return text.strip().lower()


def username_problem(username: str) -> Problem | None:
    """Why a user name cannot be given: a phone number typed at sign-in must never be one."""
    if _USERNAME.fullmatch(username):
        return None
    message = _("A user name begins with a letter and has 2 to 60 letters without marks, digits, dots or hyphens.")
    return Problem("username_form", message, "username")


def new_code() -> str:
    """A fresh code: digits only, so that it can be read out and typed on any keyboard."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def clean_code(text: str) -> str:
    """The code as typed, without the gaps people put between digits."""
    return re.sub(r"[\s.-]", "", text)


def spaced(code: str) -> str:
    """The code in two groups, as it is shown."""
    return f"{code[:4]} {code[4:]}"


_LONG_NAME = 5
"""A user name of so many letters is no everyday syllable."""
_SHORTEST_PAIR = 4
_LEAST_OTHERS = 6
"""Besides a name a password has at least so many other letters."""
_PHONE_TAIL = 7


def contains_name(password: str, *, names: Sequence[str], phone_number: str = "") -> bool:
    """Whether a password contains a name or the phone number, whatever its case, diacritics, order of words and separators.

    `names` are the user name and the person's name. Two words of a name in a row are the name, in any order, as are a long
    user name and the last digits of the phone. A single syllable, which many sentences have in them, is refused only when
    little else is there.
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
    """How failed tries of one key slow down: `free` of them cost nothing, then each doubles the delay up to the longest.

    `lasts`: the count is forgotten so long after the last try; with `from_first`, after the first one. `ends_with_success`:
    it is forgotten when somebody comes in, as nobody else's tries are in it.
    """

    free: int
    first_delay: timedelta = timedelta()
    longest_delay: timedelta = timedelta()
    lasts: timedelta = timedelta(hours=1)
    from_first: bool = False
    ends_with_success: bool = False

    def delay(self, count: int) -> timedelta:
        """Return the time during which no further try is looked at after so many failed ones."""
        if count < self.free or not self.first_delay:
            return timedelta()
        factor: int = 2 ** min(count - self.free, 20)
        return min(self.first_delay * factor, self.longest_delay)


ACCOUNT_AT_ORIGIN: Final = Limit(5, timedelta(seconds=30), timedelta(minutes=15), ends_with_success=True)
"""One account, from one browser that is known to it, or else from one network address."""
ACCOUNT_ELSEWHERE: Final = Limit(20, timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1))
"""One account, from all browsers and addresses together that it has never been signed in from."""
ADDRESS: Final = Limit(60, timedelta(seconds=10), timedelta(minutes=5))
"""All accounts, from one network address: a training room mistypes, a program that tries names does so faster."""
OLD_PASSWORD: Final = Limit(5, timedelta(seconds=30), timedelta(minutes=15), ends_with_success=True)
"""The password of today on the page that changes it."""
FAILURES_TOLD: Final = Limit(0, lasts=timedelta(days=1), from_first=True)
"""Failed sign-ins of one account within a day, for the trail."""
SLOWING_TOLD: Final = Limit(0, lasts=timedelta(hours=1), from_first=True)
"""How often the trail says that sign-in to one account is slowed down."""

FAILURE_STEPS: Final = {1: "once", 5: "five", 20: "twenty", 100: "hundred", 1000: "thousand"}
"""Which of a day's failed sign-ins get a line in the trail, by the word that says how many there were by then."""
KNOWN_FOR: Final = timedelta(days=400)
"""A browser or address stays known so long after the last sign-in from it."""
