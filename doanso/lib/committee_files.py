"""Files that we ship and that a committee may replace by one in its data folder."""

from pathlib import Path

from django.conf import settings


def committee_file(shipped: Path, name: str = "") -> Path:
    """Return the committee's own file in the data folder, called `name` or as the shipped one; else the shipped one."""
    own = Path(settings.DATA) / (name or shipped.name)
    return own if own.exists() else shipped
