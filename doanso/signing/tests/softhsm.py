"""A token of SoftHSM2 for the tests that need one: the server's, or one that only another process can see."""

import shutil
from pathlib import Path

import pytest

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN, OFFICER_PIN = "271828", "31415926"


def module() -> str:
    """Where SoftHSM2 is; a test that needs it is skipped without it."""
    library = next((path for path in MODULES if Path(path).exists()), "")
    if not library or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM2 is not installed (Debian: softhsm2)")
    return library
