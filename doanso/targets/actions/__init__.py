"""Deeds: loading a programme, giving targets on and answering to them, keeping denominators."""

from doanso.targets.actions.cascade import Decision, Part, allocate, answer, settle
from doanso.targets.actions.denominators import forget_persons, freeze_denominator
from doanso.targets.actions.loading import load_programme
from doanso.targets.actions.sizes import SizeTold, tell_sizes

__all__ = [
    "Decision",
    "Part",
    "SizeTold",
    "allocate",
    "answer",
    "forget_persons",
    "freeze_denominator",
    "load_programme",
    "settle",
    "tell_sizes",
]
