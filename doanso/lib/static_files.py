"""Addresses of static files, each computed once per process."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage that caches the addresses.

    The manifest is read when the process starts and changes only where files are collected, so an address stays the same.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file of this name, as the manifest has it."""
        if name is None or force:
            return str(super().url(name, force))
        address = self._addresses.get(name)
        if address is None:
            address = self._addresses[name] = str(super().url(name, force))
        return address

    def save_manifest(self) -> None:
        """Write the manifest of the files just collected; their addresses are new."""
        self._addresses.clear()
        super().save_manifest()
