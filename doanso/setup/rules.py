"""Rules of the setup on plain values: the code, how a committee is named after its place, the state of a backup."""

import re
import secrets
import shlex
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.lib import vietnamese
from doanso.lib.access_codes import ALPHABET
from doanso.lib.problems import Problem
from doanso.units.official import OfficialPlace

CODE_LENGTH: Final = 12
_GROUP: Final = 4


class CommitteeKind(TextChoices):
    """The kinds of committees that may run an installation, in the order since 2025 and in that before; values of `UnitKind`."""

    WARD = "ward", pgettext_lazy("committee", "Of a ward")
    COMMUNE = "commune", pgettext_lazy("committee", "Of a commune")
    CITY = "city", pgettext_lazy("committee", "Of a city or district")
    PROVINCE = "province", pgettext_lazy("committee", "Of a province")


CODE_DIGITS: Final = {
    CommitteeKind.WARD: 5,
    CommitteeKind.COMMUNE: 5,
    CommitteeKind.CITY: 3,
    CommitteeKind.PROVINCE: 2,
}
"""Digits of the official codes of the places of each kind of committee."""
EXAMPLES: Final = {
    CommitteeKind.WARD: gettext_lazy("for instance Đoàn phường Đạo Thạnh"),
    CommitteeKind.COMMUNE: gettext_lazy("for instance Đoàn xã Tân Hương"),
    CommitteeKind.CITY: gettext_lazy("in the order before July 2025, for instance Thành Đoàn Mỹ Tho"),
    CommitteeKind.PROVINCE: gettext_lazy("or of a city under the government, for instance Tỉnh Đoàn Đồng Tháp"),
}

_TITLES: Final = {
    "tỉnh": "Tỉnh Đoàn",
    "thành phố": "Thành Đoàn",
    "quận": "Quận Đoàn",
    "huyện": "Huyện Đoàn",
    "thị xã": "Thị Đoàn",
    "phường": "Đoàn phường",
    "xã": "Đoàn xã",
    "thị trấn": "Đoàn thị trấn",
    "đặc khu": "Đoàn đặc khu",
}
"""How the Union calls the committee of each kind of place."""
_LONGEST_CODE: Final = 40
_LONGEST_SHORT: Final = 80


def new_code() -> str:
    """Return a new code of 58 bits, in letters and digits that cannot be mistaken for each other."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """Return a typed code in its stored form: capitals without spaces and dashes."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper()).replace("U", "V")[: CODE_LENGTH * 2]


def format_code(code: str) -> str:
    """Return a code as it is printed: "7KQ2-M4XD-9RTB"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def code_command(data: Path, usual: Path) -> str:
    """Return the command that prints a code for the installation in this folder; the usual folder is not named."""
    command = "./dev doanso setup-code"
    return command if data == usual else f"{command} --data {shlex.quote(str(data))}"


def setup_over() -> Problem:
    """Return that the code with which somebody began opens the setup no more."""
    message = _("Đoàn Số has been set up already, or was started anew meanwhile. Sign in, or type the newest code.")
    return Problem("setup_over", message)


def committee_name(place: OfficialPlace) -> str:
    """Return the name of the Union's committee of a place: "Thành Đoàn Mỹ Tho", "Đoàn phường Đạo Thạnh"."""
    return f"{_TITLES[place.kind]} {place.bare_name}"


def short_name(name: str) -> str:
    """Return the name of a committee without the title, at most 80 letters: "Mỹ Tho", "Phường Đạo Thạnh"."""
    name = _without_title(vietnamese.tidy_name(name))
    return name if len(name) <= _LONGEST_SHORT else name[:_LONGEST_SHORT].rpartition(" ")[0] or name[:_LONGEST_SHORT]


def _without_title(name: str) -> str:
    for title in ("Tỉnh Đoàn", "Thành Đoàn", "Quận Đoàn", "Huyện Đoàn", "Thị Đoàn"):
        if name.lower().startswith(f"{title.lower()} "):
            return name[len(title) :].strip()
    if name.lower().startswith("đoàn ") and len(name) > len("đoàn "):
        rest = name[len("đoàn ") :].strip()
        return rest[:1].upper() + rest[1:]
    return name


def unit_code(name: str, place: OfficialPlace | None) -> str:
    """Return the code of the committee in addresses: a ward's or commune's official one, else its short name."""
    if place is not None and len(place.code) == CODE_DIGITS[CommitteeKind.WARD]:
        return place.code
    words = re.sub(r"[^a-z0-9]+", "-", vietnamese.fold(short_name(name))).strip("-")
    return words[:_LONGEST_CODE].strip("-") or "doan"


def since_problem(since: date, today: date) -> Problem | None:
    """Return why a committee cannot begin on a day; None if it can."""
    if since > today:
        return Problem("committee_to_come", _("The first day may not be in the future."), "since")
    if since.year < 2000:
        return Problem("committee_long_ago", _("Choose a day from 01/01/2000 on, for instance 01/01/2026."), "since")
    return None


_LONGEST_WAIT: Final = timedelta(hours=1)
_LONGEST_BACKUP: Final = timedelta(hours=3)
BACKUP_DUE: Final = timedelta(days=7)
"""The age from which the latest backup counts as too old."""


class BackupState(StrEnum):
    """How a backup stands: asked for, being made, complete and tested, ended with a problem, or interrupted."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    BROKEN = "broken"


def backup_state(
    started_at: datetime | None,
    requested_at: datetime,
    now: datetime,
    *,
    finished_at: datetime | None = None,
    problem: str = "",
) -> BackupState:
    """Return the state of a backup; one that neither begins nor ends in time was interrupted."""
    if finished_at is not None:
        return BackupState.FAILED if problem else BackupState.DONE
    if started_at is None:
        return BackupState.WAITING if now - requested_at < _LONGEST_WAIT else BackupState.BROKEN
    return BackupState.RUNNING if now - started_at < _LONGEST_BACKUP else BackupState.BROKEN


MOST_ERASED_AT_ONCE: Final = 200
"""Persons whose data is erased by its age in one day without anybody's yes."""
A_DAY: Final = timedelta(days=1)


def erasure_waits(period: int, read_period: int, count: int, approved_count: int | None) -> bool:
    """Return whether an erasure waits for a yes: its period is shorter, or too many more are due than were approved."""
    return read_period < period or count - (approved_count or 0) > MOST_ERASED_AT_ONCE
