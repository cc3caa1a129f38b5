"""The demo's part of units: the city's tree as its file states it."""

from pathlib import Path

from doanso.units import actions, queries
from doanso.units.models import Unit

CITY = "my-tho"


def load(programmes: Path) -> Unit:
    """Load the tree and return the city."""
    content = (programmes / "units" / "my-tho-2023.toml").read_bytes()
    actions.load_units(actor=None, content=content, note="demo")
    city = queries.unit_by_code(CITY)
    assert city is not None, "the file states the city"  # noqa: S101
    return city
