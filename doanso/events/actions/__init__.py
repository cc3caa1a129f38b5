"""Actions on events, for apps above and the demo."""

from doanso.events.actions.booth_answers import AnswerInput, confirm_stamp, deny_stamp, withdraw_denial
from doanso.events.actions.booth_codes import end_code, make_code, try_booth_code
from doanso.events.actions.booth_reports import BoothReportInput, report_totals, report_totals_by_code
from doanso.events.actions.booth_stamps import add_stamp, find_ticket, stamp_ticket, undo_stamp
from doanso.events.actions.certificates import give_certificate, give_certificates
from doanso.events.actions.closing import ClosingInput, draft_report, use_report, write_closing
from doanso.events.actions.desk import (
    DeskInput,
    check_in,
    make_paper_tickets,
    record_printing,
    undo_check_in,
)
from doanso.events.actions.draws import (
    DrawInput,
    PrizeInput,
    commit_draw,
    enter_draw_number,
    freeze_draw,
    note_draw_minutes,
    prepare_draw,
    redraw_prize,
    withdraw_draw,
)
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
from doanso.events.actions.photo_requests import keep_photo, request_photo_removal
from doanso.events.actions.photos import (
    EventPhotoInput,
    add_photos,
    change_photo,
    take_down_photo,
)
from doanso.events.actions.registrations import (
    RegistrationInput,
    add_participant,
    cancel_registration,
    cancel_ticket,
    forget_registrations,
    register,
)
from doanso.events.actions.reminders import remind_of_events
from doanso.events.actions.repeats import repeat_event
from doanso.events.actions.shift_tasks import end_past_tasks
from doanso.events.actions.shifts import (
    ShiftInput,
    add_shift,
    add_volunteer,
    change_shift,
    remove_shift,
    remove_volunteer,
)

__all__ = [
    "AnswerInput",
    "BoothInput",
    "BoothReportInput",
    "BudgetInput",
    "ClosingInput",
    "DeskInput",
    "DrawInput",
    "EventHours",
    "EventInput",
    "EventPartnerInput",
    "EventPhotoInput",
    "MaterialInput",
    "PartInput",
    "PrizeInput",
    "RegistrationInput",
    "ShiftInput",
    "TimetableInput",
    "add_part",
    "add_participant",
    "add_photos",
    "add_shift",
    "add_stamp",
    "add_volunteer",
    "cancel_event",
    "cancel_registration",
    "cancel_ticket",
    "change_event",
    "change_part",
    "change_photo",
    "change_shift",
    "check_in",
    "commit_draw",
    "confirm_stamp",
    "create_event",
    "deny_stamp",
    "draft_report",
    "end_code",
    "end_past_tasks",
    "enter_draw_number",
    "find_ticket",
    "forget_registrations",
    "freeze_draw",
    "give_certificate",
    "give_certificates",
    "keep_photo",
    "make_code",
    "make_paper_tickets",
    "move_event",
    "note_draw_minutes",
    "open_event",
    "postpone_event",
    "prepare_draw",
    "record_printing",
    "redraw_prize",
    "register",
    "remind_of_events",
    "remove_part",
    "remove_shift",
    "remove_volunteer",
    "repeat_event",
    "report_totals",
    "report_totals_by_code",
    "request_photo_removal",
    "stamp_ticket",
    "take_down_photo",
    "try_booth_code",
    "undo_check_in",
    "undo_stamp",
    "use_report",
    "withdraw_denial",
    "withdraw_draw",
    "write_closing",
]
