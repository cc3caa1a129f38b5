"""Actions on imports: start, map columns, answer questions, confirm, cancel; and the steps that the worker runs."""

from doanso.imports.actions.answers import answer_alike, answer_questions
from doanso.imports.actions.columns import forget_column_mapping, map_columns
from doanso.imports.actions.lifecycle import (
    apply_import,
    cancel_import,
    forget_resolved,
    is_stopped,
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
    "forget_column_mapping",
    "forget_resolved",
    "is_stopped",
    "map_columns",
    "resume_stalled",
    "run_import",
    "start_import",
    "wake_worker",
]
