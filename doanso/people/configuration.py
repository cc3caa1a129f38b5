"""Statutory terms and consent texts as data: shipped with the product, and replaced by the committee's own file."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.committee_files import committee_file
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse
from doanso.people.models import RequestKind
from doanso.people.rules.clocks import Calendar, PrivacyRules, ResponseTerm

SHIPPED = Path(__file__).resolve().parent / "texts"
OWN_FILE = "personal-data.toml"


def privacy_rules() -> PrivacyRules:
    """Return terms, holidays, ages and retention times: from the committee's file in the data folder, else from the shipped
    one.
    """
    path = committee_file(SHIPPED / OWN_FILE)
    return _read_law(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_law(path: Path, _changed: int) -> PrivacyRules:
    entry = toml_tables.read_toml(path)
    holidays = TomlTable(f"{path.name}, holidays", entry.table("holidays"))
    terms = {}
    for below in entry.tables("clock", _("clock")):
        code = below.choice("code", RequestKind.values)
        terms[code] = ResponseTerm(days=below.integer("days", 1, 365), extension=below.integer("extension", 0, 365))
        below.finish()
    missing = set(RequestKind.values) - set(terms)
    if missing:
        raise refuse(path.name, _("the clock of “%(kind)s” is missing.") % {"kind": min(missing)})
    result = PrivacyRules(
        answer_working_days=entry.integer("answer_working_days", 1, 30),
        guardian_below=entry.integer("guardian_below", 1, 30),
        retention_months=entry.integer("retention_months", 1, 240),
        terms=terms,
        calendar=Calendar(
            every_year=frozenset(_month_day(holidays.location, text) for text in holidays.texts("every_year", 5)),
            days=frozenset(holidays.days("days")),
            worked=frozenset(holidays.days("worked")),
        ),
    )
    holidays.finish()
    entry.finish()
    return result


def _month_day(where: str, text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise refuse(where, _("“%(text)s” is not a month and a day such as 09-02.") % {"text": text}) from None
    return day.month, day.day


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of consent. `adults_only`: nobody can agree to it for a child."""

    code: str
    name: str
    sentence: str
    adults_only: bool = False


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """The consent text of one version."""

    version: str
    since: date
    title: str
    body: str
    purposes: tuple[Purpose, ...]


def read_text(path: Path) -> ConsentWords:
    """Return the consent text of that file; raise `Refused` naming the entry and what to change."""
    entry = toml_tables.read_toml(path)
    purposes = []
    for below in entry.tables("purpose", _("purpose")):
        purposes.append(
            Purpose(
                code=below.code("code", 40),
                name=below.text("name", 80),
                sentence=below.text("sentence", 300),
                adults_only=below.flag("adults_only", default=False),
            )
        )
        below.finish()
    toml_tables.refuse_duplicate_codes(entry.location, [purpose.code for purpose in purposes])
    text = ConsentWords(
        version=entry.code("version", 40),
        since=entry.day("since"),
        title=entry.text("title", 160),
        body=_paragraphs(entry.text("body", 20_000)),
        purposes=tuple(purposes),
    )
    entry.finish()
    return text


def _paragraphs(text: str) -> str:
    """Return the text without the line ends of the file; an empty line separates paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def shipped_texts() -> list[ConsentWords]:
    """Return the texts that come with the product."""
    return [read_text(path) for path in sorted(SHIPPED.glob("dong-y-*.toml"))]
