"""What a user name looks like, and codes that are read out by telephone."""

import re
import secrets
from datetime import timedelta

from django.utils.translation import gettext as _

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
