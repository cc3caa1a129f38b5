"""Progress of a demo that grows while it is served."""

import json
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from doanso.home.demo_folder import GROWING
from doanso.lib import clock


@dataclass(frozen=True, slots=True)
class Growth:
    """A growing demo: the day reached, the last day, and whether it has stopped growing."""

    reached: date
    until: date
    has_stopped: bool = False


def demo_growth() -> Growth | None:
    """Return the demo's progress, None when it is complete; reads one small file, and none outside a demo."""
    if not settings.DEMO:
        return None
    try:
        state = json.loads((settings.DATA / GROWING).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    return Growth(clock.today(), date.fromisoformat(state["until"]), bool(state["stopped"]))
