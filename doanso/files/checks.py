"""System checks of the store's settings, so that mistakes show at start-up and not at the first upload."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def check_bucket_settings(**_options: Any) -> list[CheckMessage]:
    """Require the packages of requirements/s3.txt and a complete address for a bucket."""
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
