"""Actions on imports: start, tell columns, answer questions, confirm, cancel; and the steps that the worker runs."""

from doanso.imports.actions.answers import answer_alike, answer_questions
from doanso.imports.actions.columns import forget_columns, tell_columns
from doanso.imports.actions.lifecycle import (
    apply_import,
    cancel_import,
    forget_settled,
    is_stopped,
    keep_going,
    resume_stalled,
    start_import,
    wake_worker,
)
from doanso.imports.actions.runs import finish_applying, run_import

__all__ = [
    "answer_alike",
    "answer_questions",
    "apply_import",
    "cancel_import",
    "finish_applying",
    "forget_columns",
    "forget_settled",
    "is_stopped",
    "keep_going",
    "resume_stalled",
    "run_import",
    "start_import",
    "tell_columns",
    "wake_worker",
]
