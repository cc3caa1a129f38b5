"""Actions on events, for apps above and the demo."""

from doanso.events.actions.events import (
    EventHours,
    EventInput,
    cancel_event,
    change_event,
    create_event,
    move_event,
    open_event,
    postpone_event,
)
from doanso.events.actions.parts import (
    BoothInput,
    BudgetInput,
    EventPartnerInput,
    MaterialInput,
    PartInput,
    TimetableInput,
    add_part,
    change_part,
    remove_part,
)
from doanso.events.actions.shifts import (
    ShiftInput,
    add_shift,
    add_volunteer,
    change_shift,
    remove_shift,
    remove_volunteer,
)

__all__ = [
    "BoothInput",
    "BudgetInput",
    "EventHours",
    "EventInput",
    "EventPartnerInput",
    "MaterialInput",
    "PartInput",
    "ShiftInput",
    "TimetableInput",
    "add_part",
    "add_shift",
    "add_volunteer",
    "cancel_event",
    "change_event",
    "change_part",
    "change_shift",
    "create_event",
    "move_event",
    "open_event",
    "postpone_event",
    "remove_part",
    "remove_shift",
    "remove_volunteer",
]
