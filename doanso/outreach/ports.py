"""Parts of the pack: what apps above add to the data that a phone needs without a network.

A part is read within the request for the pack, by a constant number of statements, and is the same as long as its content is:
the pack's tag is computed over it. It contains what the phone cannot work without, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from doanso.accounts.models import User
from doanso.units.models import Unit

CORE = frozenset(
    (
        "now",
        "lease_until",
        "today",
        "unit",
        "user",
        "teams",
        "neighbourhoods",
        "streets",
        "services",
        "obstacles",
        "consent",
        "drives",
        "doors",
        "duplicates_key",
        "receipt_base",
    )
)
"""Names in the pack that belong to this app."""

type PackContent = Mapping[str, object] | list[object] | str | int | bool | None
"""What `json.dumps` writes."""


@dataclass(frozen=True, slots=True)
class PackRequest:
    """Whose pack is made, for which ward (its key alone is set), on which phone and business day.

    `unit` is the unit for which the user visits: the ward itself, or a branch of it.
    """

    user: User
    ward: Unit
    device_id: UUID
    today: date
    unit: Unit


class PackPart(Protocol):
    """The owning app's side: reads its part of one phone's pack."""

    def __call__(self, request: PackRequest, /) -> PackContent:
        """Return the part, ready for JSON; None where the phone gets none."""
        ...


registered_parts: dict[str, PackPart] = {}
"""Readers of parts by the name of the part, as `register_pack_part` adds them."""


def register_pack_part(name: str, read: PackPart) -> None:
    """Register a part under its name in the pack; called once per name in the owner's `AppConfig.ready`."""
    if name in registered_parts or name in CORE:
        raise RuntimeError(f"The pack's part {name!r} is registered twice.")
    registered_parts[name] = read


def pack_parts(request: PackRequest) -> dict[str, PackContent]:
    """Return the parts that this phone gets, by name and in the order of names."""
    contents = {name: registered_parts[name](request) for name in sorted(registered_parts)}
    return {name: content for name, content in contents.items() if content is not None}
