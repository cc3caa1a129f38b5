"""Actions of support: record, correct and take back; the receiver's statements; officers' decisions."""

from doanso.support.actions.corrections import (
    add_second_helper,
    change_helpers,
    correct_help,
    print_receipt,
    take_back_help,
    take_back_helps,
)
from doanso.support.actions.decisions import decide_dispute, look_at_confirmation, settle_remark
from doanso.support.actions.early_confirmations import ReceiptKey, apply_early_confirmations, confirm_early
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.record_matching import RecordResult
from doanso.support.actions.records import (
    RECORD_PURPOSE,
    WrittenRecords,
    add_helps,
    help_problem,
    post_support_records,
    record_helps,
    redirect_receipts,
    write_support_records,
)
from doanso.support.actions.residents import (
    ask,
    confirm_receipt,
    dispute_receipt,
    remark_receipt,
    take_try,
    try_code,
    try_key,
    withdraw,
)
from doanso.support.actions.retention import drop_device_keys, drop_stand_entries
from doanso.support.actions.stands import (
    TURN_CHANGED,
    StandInput,
    TurnResult,
    close_stand,
    drop_turn,
    enter_turn,
    finish_turn,
    open_stand,
    print_turn_receipt,
    record_turn,
    undo_turn,
)
from doanso.support.record_inputs import ConsentInput, Helper, ReceiptInput, SupportRecordInput

__all__ = [
    "RECORD_PURPOSE",
    "TURN_CHANGED",
    "ConsentInput",
    "Helper",
    "ReceiptInput",
    "ReceiptKey",
    "RecordResult",
    "StandInput",
    "SupportRecordInput",
    "TurnResult",
    "WrittenRecords",
    "add_helps",
    "add_second_helper",
    "apply_early_confirmations",
    "ask",
    "change_helpers",
    "close_stand",
    "confirm_early",
    "confirm_receipt",
    "correct_help",
    "decide_dispute",
    "dispute_receipt",
    "drop_device_keys",
    "drop_stand_entries",
    "drop_turn",
    "enter_turn",
    "finish_turn",
    "help_problem",
    "look_at_confirmation",
    "open_stand",
    "post_support_records",
    "print_receipt",
    "print_turn_receipt",
    "raise_grades",
    "record_helps",
    "record_turn",
    "redirect_receipts",
    "remark_receipt",
    "settle_remark",
    "take_back_help",
    "take_back_helps",
    "take_try",
    "try_code",
    "try_key",
    "undo_turn",
    "withdraw",
    "write_support_records",
]
