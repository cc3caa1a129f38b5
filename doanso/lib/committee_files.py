"""Files that we ship and that a committee may replace by one in its data folder."""

from pathlib import Path

from django.conf import settings

from doanso.data_folder import COMMITTEE_FILES, COMMITTEE_FOLDERS


def committee_file(shipped: Path, name: str = "") -> Path:
    """Return the committee's own file in the data folder, called `name` or as the shipped one; else the shipped one.

    Raise `LookupError` for a name that is not in `COMMITTEE_FILES`: no backup would hold that file.
    """
    name = name or shipped.name
    if name not in COMMITTEE_FILES:
        raise LookupError(f"{name!r} is not in COMMITTEE_FILES of doanso/data_folder.py")
    own = Path(settings.DATA) / name
    return own if own.exists() else shipped


def committee_folder(name: str) -> Path:
    """Return the folder of the committee's own files with this name; raise `LookupError` if it is not in `COMMITTEE_FOLDERS`."""
    if name not in COMMITTEE_FOLDERS:
        raise LookupError(f"{name!r} is not in COMMITTEE_FOLDERS of doanso/data_folder.py")
    return Path(settings.DATA) / name
