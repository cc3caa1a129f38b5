"""The demo's part of organisation: the reorganisation of 2025 as the decision lists it."""

from pathlib import Path

from doanso.accounts.models import User
from doanso.organisation.actions import reorganise
from doanso.organisation.models import Change


def reorganise_2025(administrator: User, programmes: Path) -> list[Change]:
    """Merge 17 wards and communes into five wards on 2025-07-01, which must not be in the future."""
    return reorganise(actor=administrator, content=(programmes / "units" / "my-tho-2025.toml").read_bytes())
