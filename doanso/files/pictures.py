"""Pictures drawn anew in a sandboxed process, before they are stored: only their pixels are kept."""

import base64
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.files.kinds import Kind
from doanso.files.reading import Source, examine, open_on_disk
from doanso.lib import sandbox
from doanso.lib.problems import Problem, Refused

PICTURES = (Kind.JPEG, Kind.PNG, Kind.WEBP)
_DRAWER = Path(__file__).with_name("picture_process.py")
_LIMITS = sandbox.ProcessLimits(memory_bytes=1 << 30, cpu_seconds=20, wait_seconds=40, open_files=0)
_MOST_PIXELS = 60_000_000


def redraw(source: Source, *, name: str, sizes: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return an uploaded picture as JPEG, once for each (longest side in pixels, most bytes).

    What the file carried besides its pixels, such as where it was taken, is not in the result. Raises `Refused` with a
    sentence for a file that is no picture or cannot be drawn. Nothing is stored.
    """
    examine(source, name=name, allowed=PICTURES)
    with open_on_disk(source) as file:
        arguments = {"sizes": [list(size) for size in sizes], "pixels": _MOST_PIXELS}
        messages = sandbox.run(_DRAWER, arguments, file, _LIMITS)
    if len(messages) != len(sizes):
        message = _("This picture cannot be read. Take it anew or choose another one.")
        raise Refused(Problem("picture_unreadable", message, "file"))
    return [base64.b64decode(message["picture"]) for message in messages]
