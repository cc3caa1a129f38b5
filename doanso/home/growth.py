"""How far a demo has grown that is served already; outside such a demo there is nothing to say."""

import json
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from doanso.home.demo_folder import GROWING
from doanso.lib import clock


@dataclass(frozen=True, slots=True)
class Growth:
    """A demo between its first month and its moment: the day reached, the last one, and whether it has stopped growing."""

    reached: date
    until: date
    has_stopped: bool = False


def growth() -> Growth | None:
    """Return how far the demo has grown, None where it stands whole; reads one small file, and none outside a demo."""
    if not settings.DEMO:
        return None
    try:
        state = json.loads((settings.DATA / GROWING).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    return Growth(clock.today(), date.fromisoformat(state["until"]), bool(state["stopped"]))
