"""Any S3 bucket as a store. The only module that opens connections to a file store."""

import contextlib
import logging
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from doanso.files.problems import Full, Unavailable
from doanso.files.stores.protocol import StoreEntry

logger = logging.getLogger(__name__)

REST = 5.0
"""Seconds in which this process does not call a store again that did not answer: pages must not queue behind it."""


@lru_cache(maxsize=4)
def _bucket(options: tuple[tuple[str, Any], ...]) -> "Bucket":
    return Bucket(dict(options))


def bucket() -> "Bucket":
    """Return the bucket of the settings; its connections are kept per thread."""
    return _bucket(tuple(sorted(settings.FILES_S3.items())))


class Bucket:
    """A bucket, below a prefix of its own."""

    def __init__(self, options: dict[str, Any]) -> None:
        config = Config(
            connect_timeout=options["timeout"],
            read_timeout=options["timeout"],
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": options["addressing"], "payload_signing_enabled": True},
            # Many stores don't know newer checksums; the payload is signed, and its hash verified on reading.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self._storage = S3Storage(
            bucket_name=options["bucket"],
            endpoint_url=options["endpoint"] or None,
            region_name=options["region"] or None,
            access_key=options["access_key"] or None,
            secret_key=options["secret_key"] or None,
            location=options["prefix"],
            client_config=config,
            file_overwrite=True,
            max_memory_size=1 << 22,
        )
        self._rests_until = 0.0

    @contextlib.contextmanager
    def _named(self, operation: str) -> Iterator[None]:
        if time.monotonic() < self._rests_until:
            raise Unavailable("S3 did not answer a moment ago")
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            # A refusal needs the operator; a busy store recovers by itself.
            logger.error("S3 refused %s: %s %s", operation, status, code)
            kind = Full if status == 507 or "Quota" in code or code == "XMinioStorageFull" else Unavailable
            raise kind(f"S3: {status} {code}") from error
        except (BotoCoreError, Boto3Error, RetriesExceededError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            self._rests_until = time.monotonic() + REST
            logger.warning("S3 does not answer to %s: %s", operation, type(error).__name__)
            raise Unavailable(f"S3: {type(error).__name__}") from error

    def put(self, place: str, source: IO[bytes]) -> None:
        """Send the bytes; the store makes them visible when all have arrived."""
        with self._named("put"):
            self._storage.save(place, File(source, name=place))

    def open(self, place: str) -> IO[bytes]:
        """Fetch the bytes into a temporary file."""
        with self._named("open"):
            content: IO[bytes] = self._storage.open(place, "rb")
            try:
                # The storage fetches on the first read, so that its errors must be caught here.
                content.read(1)
                content.seek(0)
            except ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                    raise FileNotFoundError(place) from error
                raise
            return content

    def delete(self, place: str) -> None:
        """Remove the object."""
        with self._named("delete"):
            self._storage.delete(place)

    def exists(self, place: str) -> bool:
        """Return whether the object exists."""
        with self._named("exists"):
            return bool(self._storage.exists(place))

    def list_objects(self) -> Iterator[StoreEntry]:
        """Yield objects page by page, below our prefix only."""
        prefix = f"{self._storage.location}/" if self._storage.location else ""
        client = self._storage.connection.meta.client
        pages = iter(client.get_paginator("list_objects_v2").paginate(Bucket=self._storage.bucket_name, Prefix=prefix))
        while True:
            with self._named("list"):
                page = next(pages, None)
            if page is None:
                return
            for entry in page.get("Contents", ()):
                yield StoreEntry(entry["Key"].removeprefix(prefix), entry["LastModified"])
