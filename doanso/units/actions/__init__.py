"""Actions on the tree: loading a new one, and the steps of which a reorganisation is made."""

from doanso.units.actions.founding import NewUnit, found_root, found_units
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
    "NewUnit",
    "RowChange",
    "UnitsRefused",
    "end_unit",
    "found_root",
    "found_unit",
    "found_units",
    "hand_on_neighbourhoods",
    "load_units",
    "relink",
    "rename",
    "take_back",
]
