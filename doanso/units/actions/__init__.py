"""Actions on the tree: loading a new one, and the steps of which a reorganisation is made."""

from doanso.units.actions.loading import LoadResult, UnitsRefused, load_units
from doanso.units.actions.reshaping import (
    Journal,
    RowChange,
    end_unit,
    found_unit,
    hand_on_neighbourhoods,
    relink,
    rename,
    take_back,
)

__all__ = [
    "Journal",
    "LoadResult",
    "RowChange",
    "UnitsRefused",
    "end_unit",
    "found_unit",
    "hand_on_neighbourhoods",
    "load_units",
    "relink",
    "rename",
    "take_back",
]
