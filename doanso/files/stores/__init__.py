"""Where bytes lie: on a disk or in a bucket, chosen by the name of the back end."""

from django.conf import settings

from doanso.files.problems import Unavailable
from doanso.files.stores.protocol import Store

DISK, S3 = "disk", "s3"


def current_name() -> str:
    """Where new bytes go."""
    return S3 if settings.FILES_S3["bucket"] else DISK


def store_named(name: str) -> Store:
    """The back end in which a file was put, whichever new ones go to."""
    # Each is loaded only where it is used: a machine without a bucket has no S3 client.
    if name == DISK:
        from doanso.files.stores.disk import Disk

        return Disk(settings.FILES)
    if name != S3 or not settings.FILES_S3["bucket"]:
        raise Unavailable(f"files lie in {name!r}, which the settings do not name")
    from doanso.files.stores.s3 import bucket

    return bucket()
