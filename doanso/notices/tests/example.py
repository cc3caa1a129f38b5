"""A kind of notices for tests, and one notice of it."""

from uuid import UUID

from doanso.lib.uuid7 import uuid7
from doanso.notices import actions, ports
from doanso.notices.models import Notice
from doanso.units.models import Unit

EXAMPLE, ALARM = "tests.example", "tests.alarm"


def register_examples() -> None:
    """Register two kinds that no app of the product owns: one for officers who see assignments, and an alarm."""
    if EXAMPLE in {kind.code for kind in ports.notice_kinds()}:
        return
    for code, is_alarm in ((EXAMPLE, False), (ALARM, True)):
        ports.register_notice_kind(
            code,
            "Ví dụ",
            sentence=lambda notice: f"Ví dụ số {notice.parameters.get('number', 1)}.",
            url=lambda _notice: "/assignments/",
            permission="assignments.view",
            is_alarm=is_alarm,
        )


def example_notice(unit: Unit, *, number: int = 1, kind: str = EXAMPLE, source_id: UUID | None = None) -> Notice:
    """Write a notice to the officers of a unit."""
    register_examples()
    return actions.notify(kind, unit=unit, source_id=source_id or uuid7(), parameters={"number": number})
