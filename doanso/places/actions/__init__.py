"""Writes of places."""

from doanso.places.actions.assessments import (
    assess,
    assess_itself,
    keep_midterm,
    recheck,
    refresh_progress,
    return_assessment,
)
from doanso.places.actions.criteria import (
    begin_criteria,
    discard_criteria,
    move_criterion,
    publish_criteria,
    remove_criterion,
    save_criterion,
)
from doanso.places.actions.gaps import assign_gap
from doanso.places.actions.locking import lock_place
from doanso.places.actions.maintenance import count_changed_places, look_over_places
from doanso.places.actions.partners import add_partner, end_partner
from doanso.places.actions.places import (
    PlaceInput,
    SegmentInput,
    change_place,
    complete_survey,
    create_place,
    set_shown,
    start_work,
    stop_place,
    use_criteria,
)
from doanso.places.actions.recognition import (
    RecognitionInput,
    make_decision,
    recognise,
    refuse_recognition,
    withdraw_recognition,
)
from doanso.places.actions.repeats import repeat_place

__all__ = [
    "PlaceInput",
    "RecognitionInput",
    "SegmentInput",
    "add_partner",
    "assess",
    "assess_itself",
    "assign_gap",
    "begin_criteria",
    "change_place",
    "complete_survey",
    "count_changed_places",
    "create_place",
    "discard_criteria",
    "end_partner",
    "keep_midterm",
    "lock_place",
    "look_over_places",
    "make_decision",
    "move_criterion",
    "publish_criteria",
    "recheck",
    "recognise",
    "refresh_progress",
    "refuse_recognition",
    "remove_criterion",
    "repeat_place",
    "return_assessment",
    "save_criterion",
    "set_shown",
    "start_work",
    "stop_place",
    "use_criteria",
    "withdraw_recognition",
]
