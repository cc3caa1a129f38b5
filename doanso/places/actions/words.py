"""What every reason and note of a step must be: there where it is needed, not too long, without a mark of secrecy."""

from doanso.documents.secrecy import refuse_secret
from doanso.lib.problems import refuse
from doanso.places import rules


def require_reason(reason: str, field: str = "reason") -> None:
    """Refuse a reason that is missing, too long or marked as secret."""
    refuse(rules.reason_problem(reason, field))
    refuse_secret([reason], field=field)


def require_note(note: str) -> None:
    """Refuse a note that is too long or marked as secret."""
    refuse(rules.note_problem(note))
    refuse_secret([note], field="note")
