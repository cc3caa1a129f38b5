"""What others did last, for the first page: a few lines, the same action of one person on one day being one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doanso.access import policy
from doanso.access.history import object_links
from doanso.access.ports import ObjectLink, action_names, action_sentence, object_kinds
from doanso.access.queries import actor_name
from doanso.accounts.models import User
from doanso.audit import queries as audit
from doanso.audit.models import AuditEvent
from doanso.lib import clock

LINES = 5
_LOOKED_AT = 150
"""Events that are looked at: a stand of thirty people makes sixty of them, and one line."""
_TECHNICAL = frozenset(
    """
    access.administration_request access.record_key accounts.sign_in accounts.sign_in_failed accounts.sign_in_slowed
    adoption.answer_use adoption.draw_bulk adoption.raise_grade documents.remind outreach.print_card people.give_consent
    signing.begin signing.publish signing.reserve_code support.look_at support.print_receipt support.show_recheck
    """.split()
)
"""Steps of another action, and what only somebody read."""


@dataclass(frozen=True, slots=True)
class RecentLine:
    """What somebody did, how often on that day, and to which object where it was one that the reader may open."""

    moment: datetime
    actor_name: str
    sentence: str
    kind: str
    link: ObjectLink | None
    times: int
    app: str


def recent_lines(reader: User) -> list[RecentLine]:
    """Return what others did last in the reader's units; one statement, and one for each kind of object that is named."""
    unnamed = _TECHNICAL | {name for name in action_names() if name.endswith(".view")}
    others = policy.VIEW_HISTORY.filter(reader, audit.all_events()).exclude(action__in=unnamed).exclude(actor=reader)
    groups: dict[tuple[UUID | None, str, str, date], list[AuditEvent]] = {}
    for event in others[:_LOOKED_AT]:
        day = clock.local(event.at).date()
        groups.setdefault((event.actor_id, event.actor_note, event.action, day), []).append(event)
    shown = list(groups.values())[:LINES]
    links, kinds = object_links(reader, [group[0] for group in shown if len(group) == 1]), object_kinds()
    lines = []
    for newest, *earlier in shown:
        kind = kinds.get(newest.object_kind)
        lines.append(
            RecentLine(
                moment=newest.at,
                actor_name=actor_name(newest),
                sentence=action_sentence(newest.action),
                kind=str(kind.label) if kind is not None else "",
                link=links.get((newest.object_kind, newest.object_id)),
                times=1 + len(earlier),
                app=newest.action.partition(".")[0],
            )
        )
    return lines
