"""The settings under test: the product's own, in a data folder that is thrown away, with what is slow made cheap."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = Path(os.environ.get("DOANSO_TEST_DATA") or tempfile.mkdtemp(prefix="doanso-test-"))
_maker = os.getpid() if "DOANSO_TEST_DATA" not in os.environ else 0
# Processes that a test starts share the folder, and only who made it throws it away.
os.environ["DOANSO_TEST_DATA"] = str(_data)


def _throw_away() -> None:
    if os.getpid() == _maker:
        shutil.rmtree(_data, ignore_errors=True)


atexit.register(_throw_away)
os.environ["DOANSO_DATA"] = str(_data)
# A pool would hold connections open when the test database is dropped.
os.environ["DOANSO_DB_POOL"] = "0"

from doanso.settings import *  # noqa: E402, F403
from doanso.settings import CACHES, DATA, DATABASES, STORAGES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# A test that has no administrator is not about the setup, unless it says so.
FIRST_SETUP = False
BUSINESS_DAY_FILE = DATA / "business-day"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"] == "doanso.lib.sqlite":
    # A file, because tests of several processes need one they can all open; pytest-xdist adds the worker's name.
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "test.sqlite3")}
    # Nothing of a test needs to survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
