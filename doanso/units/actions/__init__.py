"""Deeds on the tree: loading a new one, and the steps of which a reorganisation is made."""

from doanso.units.actions.loading import Loaded, UnitsRefused, load_units
from doanso.units.actions.reshaping import (
    Journal,
    Step,
    end_unit,
    found_unit,
    hand_on_neighbourhoods,
    relink,
    rename,
    take_back,
)

__all__ = [
    "Journal",
    "Loaded",
    "Step",
    "UnitsRefused",
    "end_unit",
    "found_unit",
    "hand_on_neighbourhoods",
    "load_units",
    "relink",
    "rename",
    "take_back",
]
