"""The kinds of documents, read from a TOML file, and the symbols they give."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.committee_files import committee_file
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema import toml_tables
from doanso.official_form.wording import DOAN, ND30

SHIPPED = Path(__file__).resolve().parent / "kinds.toml"
_LONGEST_NAME = 60
_LONGEST_ABBREVIATION = 8
_LONGEST_OUTLINE = 8_000


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document. An empty abbreviation says that the form does not have the kind, or, of a letter, that it has none.

    `outline` is the text that a new document begins with, as `body.outlines` parses it.
    """

    code: str
    name: str
    doan: str
    nd30: str
    is_letter: bool
    has_addressees: bool
    order: int
    outline: str = ""

    def abbreviation(self, form: str) -> str:
        """Return the form's abbreviation, used in the symbol."""
        return self.nd30 if form == ND30 else self.doan

    def exists_in(self, form: str) -> bool:
        """Return whether the form has this kind."""
        return self.is_letter or bool(self.abbreviation(form))


def kinds() -> tuple[DocumentKind, ...]:
    """Return all kinds in order, from the committee's own file in the data folder, else from the shipped one."""
    path = committee_file(SHIPPED)
    return _read(path, path.stat().st_mtime_ns)


def kinds_of_form(form: str) -> tuple[DocumentKind, ...]:
    """Return the kinds that a form has."""
    return tuple(kind for kind in kinds() if kind.exists_in(form))


def kind_choices() -> list[tuple[str, str]]:
    """Return all kinds as choices of a form field."""
    return [(kind.code, kind.name) for kind in kinds()]


def kind_named(code: str) -> DocumentKind:
    """Return the kind with this code; raise Refused if there is none."""
    match = next((kind for kind in kinds() if kind.code == code), None)
    if match is None:
        message = _("Nobody knows a kind of document called “%(code)s”. Choose one from the list.") % {"code": code}
        raise Refused(Problem("document_kind_unknown", message, "kind"))
    return match


def symbol(form: str, kind: DocumentKind, unit_symbol: str, division: str = "") -> str:
    """Return what follows the number: "KH/TĐTN" in the Union's form, "KH-TĐTN" in the state's; of a letter "CV/TĐTN" and "TĐTN".

    A division is added at the end, in the state's form only to letters.
    """
    if form == ND30 and not kind.is_letter:
        division = ""
    body = f"{unit_symbol}-{division}" if division else unit_symbol
    abbreviation = kind.abbreviation(form)
    if not abbreviation:
        return body
    return f"{abbreviation}{'-' if form == ND30 else '/'}{body}"


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> tuple[DocumentKind, ...]:
    source = toml_tables.read_toml(path)
    kinds_read = []
    for order, entry in enumerate(source.tables("kind", "kind"), 1):
        kinds_read.append(
            DocumentKind(
                code=entry.code("code", 40),
                name=entry.text("name", _LONGEST_NAME),
                doan=entry.text("doan", _LONGEST_ABBREVIATION, required=False),
                nd30=entry.text("nd30", _LONGEST_ABBREVIATION, required=False),
                is_letter=entry.flag("letter", default=False),
                has_addressees=entry.flag("to", default=False),
                order=order,
                outline=entry.text("outline", _LONGEST_OUTLINE, required=False),
            )
        )
        entry.finish()
    source.finish()
    toml_tables.refuse_duplicate_codes(path.name, [kind.code for kind in kinds_read])
    for kind in kinds_read:
        if not kind.doan and not kind.nd30:
            raise toml_tables.refuse(f"kind {kind.code}", _("it has no abbreviation in any form."))
    for form in (DOAN, ND30):
        # Two kinds with their own series would otherwise print the same number and symbol.
        code_by_abbreviation: dict[str, str] = {}
        for kind in (candidate for candidate in kinds_read if candidate.exists_in(form)):
            first = code_by_abbreviation.setdefault(kind.abbreviation(form), kind.code)
            if first != kind.code:
                message = _("it has the same abbreviation as kind %(other)s.") % {"other": first}
                raise toml_tables.refuse(f"kind {kind.code}", message)
    return tuple(kinds_read)
