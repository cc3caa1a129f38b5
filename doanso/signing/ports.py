"""What signing asks of the apps above: one owner per kind of thing.

An owner is told that what it asked to have signed is signed, inside the transaction in which the signature is done, so both
happen or neither; its errors go up. Who puts signed files beside those that anybody may verify says beside which.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from doanso.signing.models import Session

OnSigned = Callable[[Session], None]
# From the hash of a file's bytes to the public files beside which exactly those bytes went out.
Beside = Callable[[str], Iterable[UUID]]

_owners: dict[str, OnSigned] = {}
_beside: dict[str, Beside] = {}


def register_owner(kind: str, on_signed: OnSigned) -> None:
    """Say who is told of signatures on things of a kind; a second one for the same kind is a mistake."""
    if kind in _owners:
        raise ValueError(f"{kind} has an owner already")
    _owners[kind] = on_signed


def owner_of(kind: str) -> OnSigned:
    """Who is told; a kind that nobody registered is a mistake of whoever began the signature."""
    try:
        return _owners[kind]
    except KeyError as missing:
        raise ValueError(f"nobody is told of signatures on {kind}") from missing


def register_beside(kind: str, beside: Beside) -> None:
    """Say who knows files of a kind that went out beside public ones; a second one for the same kind is a mistake."""
    if kind in _beside:
        raise ValueError(f"{kind} is known beside public files already")
    _beside[kind] = beside


def public_files_beside(sha256: str) -> set[UUID]:
    """The public files beside which these bytes went out, of whatever kind they are."""
    return {file_id for beside in _beside.values() for file_id in beside(sha256)}
