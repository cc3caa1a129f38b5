"""Banks and wallets by the number that stands in a code, as of a day.

The table is data (`banks.toml`), because banks are renamed and merged. An unknown number is no reason to refuse a code:
the table may be older than the bank.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, cast

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse

type BankState = Literal["both", "receive-only", "merged"]

_FILE = Path(__file__).parent / "banks.toml"
_STATES = ("both", "receive-only")
_BIN_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank under one name; in use from `first_day` to `last_day`, both included; None where the table has no limit.

    `state` is "merged" for a bank that was asked for after its last day; `merged_into` is then the code of the bank that goes on.
    """

    bin: str
    code: str
    short_name: str
    name: str
    state: BankState
    first_day: date | None = None
    last_day: date | None = None
    merged_into: str = ""

    def is_in_effect(self, on: date) -> bool:
        """Return whether the bank had this name and state on that day."""
        return (self.first_day is None or self.first_day <= on) and (self.last_day is None or on <= self.last_day)

    def is_over(self, on: date) -> bool:
        """Return whether this name's last day was before that day."""
        return self.last_day is not None and self.last_day < on


def bank(bank_bin: str, on: date) -> Bank | None:
    """Return the bank with that number on a day; of a number that nobody has any more the last one, as "merged"."""
    entries = banks_by_bin().get(bank_bin, ())
    in_effect = [entry for entry in entries if entry.is_in_effect(on)]
    if in_effect:
        return in_effect[0]
    over = [entry for entry in entries if entry.is_over(on)]
    return _merged(over[-1]) if over else None


def banks(on: date) -> tuple[Bank, ...]:
    """Return the banks in effect on a day by their short names: what a form offers."""
    return tuple(entry for entry in _entries() if entry.is_in_effect(on))


def bank_choices(on: date) -> list[tuple[str, str]]:
    """Return numbers and names of the banks in effect for a form; a name says what the bank was called before."""
    return [(entry.bin, _choice(entry, on)) for entry in banks(on)]


def _choice(entry: Bank, on: date) -> str:
    former = _former(entry, on)
    if former is not None and former.short_name != entry.short_name:
        words = _("%(bank)s, formerly %(former)s (%(name)s)")
        return words % {"bank": entry.short_name, "former": former.short_name, "name": entry.name}
    return f"{entry.short_name} ({entry.name})"


def _former(entry: Bank, on: date) -> Bank | None:
    """Return the name that a bank's number had before, if it had another one."""
    over = [other for other in banks_by_bin()[entry.bin] if other.is_over(on) and other.name != entry.name]
    return over[-1] if over else None


def former_banks(on: date) -> tuple[Bank, ...]:
    """Return the names that are over on a day, as "merged", for whoever looks for a bank by its old name."""
    return tuple(_merged(entry) for entry in _entries() if entry.is_over(on))


def successor(entry: Bank, on: date) -> Bank | None:
    """Return the bank that goes on in place of a merged one, on a day."""
    return next((other for other in banks(on) if other.code == entry.merged_into), None)


def bank_name(bank_bin: str, on: date) -> str:
    """Return the short name of a bank, or its number where the table does not know it."""
    entry = bank(bank_bin, on)
    return entry.short_name if entry else bank_bin


def bank_warning(bank_bin: str, on: date) -> Problem | None:
    """Return what to tell people who register a code of that bank; None where nothing is to be said."""
    entry = bank(bank_bin, on)
    if entry is None:
        message = _("No bank with the number %(bin)s is in the table. Compare the bank's name with the shop's own app.")
        return Problem("bank_unknown", message % {"bin": bank_bin}, "bank_bin")
    values = {"bank": entry.short_name}
    if entry.state == "receive-only":
        message = _(
            "%(bank)s receives transfers by VietQR, but its own app does not pay by scanning. Customers can pay this shop; the"
            " owner needs another bank to pay others."
        )
        return Problem("bank_receive_only", message % values, "bank_bin")
    if entry.state == "merged":
        heir = successor(entry, on)
        values |= {"heir": heir.short_name if heir else entry.merged_into, "day": formats.day(entry.last_day)}
        message = _("%(bank)s ended on %(day)s and goes on as %(heir)s. Ask the owner for a new code of %(heir)s.")
        return Problem("bank_merged", message % values, "bank_bin")
    former = _former(entry, on)
    if former is not None:
        values |= {"former": former.short_name}
        message = _("%(bank)s is the new name of %(former)s. Codes of %(former)s pay into the same account.")
        return Problem("bank_renamed", message % values, "bank_bin")
    return None


def _merged(entry: Bank) -> Bank:
    return replace(entry, state="merged")


@lru_cache(maxsize=1)
def _entries() -> tuple[Bank, ...]:
    table = toml_tables.read_toml(_FILE)
    entries = [_read_bank(entry) for entry in table.tables("bank", "bank")]
    table.finish()
    _check(entries)
    return tuple(
        sorted(entries, key=lambda entry: (entry.short_name.casefold(), entry.bin, entry.first_day or date.min))
    )


@lru_cache(maxsize=1)
def banks_by_bin() -> dict[str, tuple[Bank, ...]]:
    """Return the entries of each number, the oldest first."""
    grouped: dict[str, list[Bank]] = {}
    for entry in sorted(_entries(), key=lambda entry: entry.first_day or date.min):
        grouped.setdefault(entry.bin, []).append(entry)
    return {bank_bin: tuple(entries) for bank_bin, entries in grouped.items()}


def _read_bank(entry: TomlTable) -> Bank:
    bank_bin = entry.text("bin", _BIN_LENGTH)
    read = Bank(
        bin=bank_bin,
        code=entry.text("code", 20),
        short_name=entry.text("short_name", 40),
        name=entry.text("name", 120),
        state=cast(BankState, entry.choice("state", _STATES)),
        first_day=entry.optional_day("since"),
        last_day=entry.optional_day("until"),
        merged_into=entry.text("merged_into", 20, required=False),
    )
    entry.finish()
    if len(bank_bin) != _BIN_LENGTH or not bank_bin.isascii() or not bank_bin.isdigit():
        raise refuse(entry.location, _("“%(key)s” is six digits.") % {"key": "bin"})
    return read


def _check(entries: list[Bank]) -> None:
    """Refuse two names of one number on one day, and a successor that nobody is."""
    codes = {entry.code for entry in entries}
    for entry in entries:
        if (entry.last_day is None) != (entry.merged_into == ""):
            raise refuse(f"bank {entry.code}", _("“until” and “merged_into” stand together or not at all."))
        if entry.merged_into and entry.merged_into not in codes:
            raise refuse(f"bank {entry.code}", _("there is no bank “%(code)s”.") % {"code": entry.merged_into})
        for other in entries:
            overlaps = other.is_in_effect(entry.first_day or date.min) or entry.is_in_effect(
                other.first_day or date.min
            )
            if other is not entry and other.bin == entry.bin and overlaps:
                raise refuse(
                    f"bank {entry.code}", _("two banks have the number %(bin)s on one day.") % {"bin": entry.bin}
                )
