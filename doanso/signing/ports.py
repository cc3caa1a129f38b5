"""How the app above is told that what it asked to have signed is signed: one owner per kind of thing.

It is called inside the transaction in which the signature is done, so both happen or neither; its errors go up.
"""

from collections.abc import Callable

from doanso.signing.models import Session

OnSigned = Callable[[Session], None]

_owners: dict[str, OnSigned] = {}


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
