"""Actions: load a programme, give targets to units below, answer them, remind late units, store the member lists of shares."""

from doanso.targets.actions.alerts import Alert, find_alerts, look_for_stalls
from doanso.targets.actions.cascade import AllocationDecision, Part, allocate, answer, settle_target
from doanso.targets.actions.denominators import forget_persons, freeze_denominator
from doanso.targets.actions.loading import load_programme
from doanso.targets.actions.reminders import remind_units
from doanso.targets.actions.sizes import UnitSizeInput, tell_sizes

__all__ = [
    "Alert",
    "AllocationDecision",
    "Part",
    "UnitSizeInput",
    "allocate",
    "answer",
    "find_alerts",
    "forget_persons",
    "freeze_denominator",
    "load_programme",
    "look_for_stalls",
    "remind_units",
    "settle_target",
    "tell_sizes",
]
