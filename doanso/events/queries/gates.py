"""The gates of events."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from doanso.events import rules
from doanso.events.models import Shift
from doanso.lib import vietnamese


def gates_of(event_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the gates of events: the posts of shifts at no booth, at least one; one statement.

    Posts that are called a gate come first, because the first one is chosen beforehand; then a car park and others.
    """
    posts = Shift.objects.filter(event__in=event_ids, booth=None, removed_at=None).order_by("begins", "post", "pk")
    found: dict[UUID, dict[str, None]] = defaultdict(dict)
    for event_id, post in posts.values_list("event_id", "post"):
        found[event_id][post[: rules.LONGEST_GATE]] = None
    return {key: sorted(found[key], key=_is_no_gate) or [rules.MAIN_GATE] for key in event_ids}


def _is_no_gate(post: str) -> bool:
    return "cong" not in vietnamese.fold(post).split()
