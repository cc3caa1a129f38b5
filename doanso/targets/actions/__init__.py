"""Actions: load a programme, give targets to units below, answer them, remind late units, store the member lists of shares."""

from doanso.targets.actions.alerts import Alert, assign_alerts, find_alerts
from doanso.targets.actions.cascade import AllocationDecision, Part, allocate, answer, decide_counter_proposal
from doanso.targets.actions.denominators import forget_persons, freeze_denominator
from doanso.targets.actions.drafts import (
    DraftHeadInput,
    begin_draft,
    discard_draft,
    edit_programme,
    is_stale,
    move_indicator,
    remove_indicator,
    save_draft_head,
    save_indicator,
)
from doanso.targets.actions.loading import load_programme
from doanso.targets.actions.new_families import decline_new_families, draft_new_families
from doanso.targets.actions.publishing import (
    continue_publication,
    end_abandoned_books,
    publish_draft,
    resume_publications,
    take_over_changes,
)
from doanso.targets.actions.reminders import remind_units
from doanso.targets.actions.sizes import UnitSizeInput, record_sizes

__all__ = [
    "Alert",
    "AllocationDecision",
    "DraftHeadInput",
    "Part",
    "UnitSizeInput",
    "allocate",
    "answer",
    "assign_alerts",
    "begin_draft",
    "continue_publication",
    "decide_counter_proposal",
    "decline_new_families",
    "discard_draft",
    "draft_new_families",
    "edit_programme",
    "end_abandoned_books",
    "find_alerts",
    "forget_persons",
    "freeze_denominator",
    "is_stale",
    "load_programme",
    "move_indicator",
    "publish_draft",
    "record_sizes",
    "remind_units",
    "remove_indicator",
    "resume_publications",
    "save_draft_head",
    "save_indicator",
    "take_over_changes",
]
