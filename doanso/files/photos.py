"""Uploaded photos, drawn anew and stored before the action that keeps them, and destroyed where it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from doanso.files import actions as files
from doanso.files.kinds import Kind
from doanso.files.models import Blob
from doanso.files.pictures import redraw
from doanso.lib.problems import Problem, Refused

_MOST_BYTES = 1 << 20
"""No drawn photo is larger."""


class PhotoUpload(NamedTuple):
    """An uploaded photo with the name that its sender gave it."""

    name: str
    source: IO[bytes] | bytes


@contextmanager
def stored_photos(photo: PhotoUpload | None, *sizes: tuple[int, int], field: str = "photo") -> Iterator[list[Blob]]:
    """Yield the photo as stored, once for each (longest side in pixels, most bytes); nothing without a photo.

    Called outside a transaction, because the store is never asked inside one. Where the enclosed action raises, the stored
    photos are destroyed. A file that is no picture is refused under `field`.
    """
    blobs: list[Blob] = []
    try:
        if photo is not None:
            try:
                drawn = redraw(photo.source, name=photo.name, sizes=sizes)
            except Refused as refused:
                raise Refused(Problem(refused.problem.code, refused.problem.message, field)) from refused
            # One by one, so that those that were stored are known when a later one fails.
            blobs.extend(files.store(source=one, name="anh.jpg", limit=_MOST_BYTES, kind=Kind.JPEG) for one in drawn)
        yield blobs
    except BaseException:
        files.destroy_keys(blobs=blobs)
        raise
