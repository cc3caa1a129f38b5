"""The demo's part of targets: the year's programme as its file states it."""

from pathlib import Path

from doanso.accounts.models import User
from doanso.targets import actions
from doanso.targets.models import Programme


def load(actor: User, programmes: Path) -> Programme:
    """Load the programme, and with it the services it speaks of."""
    return actions.load_programme(actor=actor, path=programmes / "my-tho-2023.toml")
