"""What would keep the store from working is said at the start, not by the first upload."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def bucket_has_its_client(**_told: Any) -> list[CheckMessage]:
    """A bucket needs the packages of requirements/s3.txt and an address that says how to reach it."""
    options = settings.FILES_S3
    if not options["bucket"]:
        return []
    messages: list[CheckMessage] = []
    if find_spec("storages") is None or find_spec("boto3") is None:
        messages.append(
            Error("S3_BUCKET is set, but the packages of requirements/s3.txt are missing.", id="files.E001")
        )
    if options["endpoint"] and not options["endpoint"].startswith(("https://", "http://")):
        messages.append(Error("S3_ENDPOINT must begin with https:// (or http:// on this machine).", id="files.E002"))
    return messages
