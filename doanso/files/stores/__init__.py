"""Back ends of the file store: a disk or a bucket, chosen by name."""

from django.conf import settings

from doanso.files.problems import Unavailable
from doanso.files.stores.protocol import Store

DISK, S3 = "disk", "s3"


def current_name() -> str:
    """Return the back end of new files."""
    return S3 if settings.FILES_S3["bucket"] else DISK


def store_named(name: str) -> Store:
    """Return the back end in which a file was stored, whichever new files use."""
    # Imported only where it is used: a machine without a bucket has no S3 client.
    if name == DISK:
        from doanso.files.stores.disk import Disk

        return Disk(settings.FILES)
    if name != S3 or not settings.FILES_S3["bucket"]:
        raise Unavailable(f"files lie in {name!r}, which the settings do not name")
    from doanso.files.stores.s3 import bucket

    return bucket()
