"""Interfaces for the apps above: one owner per kind of signed object.

An owner is called inside the transaction in which the signature of its object is completed, so that both commit or neither does;
its errors propagate. An app that issues further files together with a public file registers how to find it, and one that prints
verification codes on papers that are no files of `signing` registers their pages, and how a file is compared with such a paper.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from doanso.signing.models import Session

OnSigned = Callable[[Session], None]
# Maps the SHA-256 of a file to the public files together with which exactly these bytes were issued.
CompanionLookup = Callable[[str], Iterable[UUID]]

# Maps a verification code to the address of the page that confirms its paper; "" for a code that is not its own.
CodePage = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PaperMatch:
    """The paper whose code a file bears: the URL of its page, and whether the file is that paper, byte for byte."""

    url: str
    is_identical: bool


# Compares a file with the paper of the code on it, rendered from its record; None where the code is not its own. The last
# parameter is the URL of this installation without a trailing slash.
PaperComparison = Callable[[bytes, str, str], PaperMatch | None]

registered_owners: dict[str, OnSigned] = {}
"""Callbacks by the kind of the session's owner, as `register_owner` adds them."""
_companion_lookups: dict[str, CompanionLookup] = {}
_code_pages: dict[str, CodePage] = {}
_comparisons: dict[str, PaperComparison] = {}


def register_owner(kind: str, on_signed: OnSigned) -> None:
    """Register the callback for completed signatures on objects of a kind; raise `ValueError` for a second one."""
    if kind in registered_owners:
        raise ValueError(f"{kind} has an owner already")
    registered_owners[kind] = on_signed


def owner_of(kind: str) -> OnSigned:
    """Return the callback of a kind; raise `ValueError` for one that is not registered."""
    try:
        return registered_owners[kind]
    except KeyError as missing:
        raise ValueError(f"no callback is registered for signatures on {kind}") from missing


def register_companion_files(kind: str, find_public_files: CompanionLookup) -> None:
    """Register the look-up of the public files with which a file was issued; raise `ValueError` for a second one of a kind."""
    if kind in _companion_lookups:
        raise ValueError(f"{kind} has a look-up of companion files already")
    _companion_lookups[kind] = find_public_files


def public_files_issued_with(sha256: str) -> set[UUID]:
    """Return the public files together with which these bytes were issued."""
    return {file_id for find_public_files in _companion_lookups.values() for file_id in find_public_files(sha256)}


def register_code_page(kind: str, page: CodePage, comparison: PaperComparison) -> None:
    """Register page and comparison of the codes on a kind of paper; raise `ValueError` for a second one of a kind."""
    if kind in _code_pages:
        raise ValueError(f"{kind} has a page for its codes already")
    _code_pages[kind], _comparisons[kind] = page, comparison


def page_of_code(code: str) -> str:
    """Return the address of the page that confirms the paper of a code; "" where no app knows the code."""
    return next((address for page in _code_pages.values() if (address := page(code))), "")


def match_paper(data: bytes, code: str, *, base: str) -> PaperMatch | None:
    """Return the paper whose code a file bears; None where no app knows the code."""
    return next((match for compare in _comparisons.values() if (match := compare(data, code, base))), None)
