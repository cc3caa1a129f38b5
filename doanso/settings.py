"""One settings file, read from the environment; whatever is not given is made once in the data folder."""

import os
import sqlite3
import sys
from pathlib import Path

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from doanso import data_folder, secrets_file

# Database, journal, secrets, files and logs are their owner's alone, whatever the operator's umask; see data_folder.
os.umask(data_folder.OWNER_ONLY)
BASE = Path(__file__).resolve().parent
ROOT = BASE.parent
env = environ.Env()

# --- Where this installation lives ------------------------------------------------------------------------------------
DATA = Path(env.str("DOANSO_DATA", default=str(ROOT / "var"))).resolve()
# A folder made by the demo is marked, and then never listens to DATABASE_URL: nobody's real figures mix with it.
DEMO = (DATA / "demo.json").exists() or env.bool("DOANSO_DEMO", default=False)
BUSINESS_DAY_FILE = DATA / "business-day" if DEMO else None
if DEMO:
    for _name in (
        *("DATABASE_URL", "CACHE_URL", "DOANSO_SECRET_KEY", "DOANSO_SECRET_KEY_FALLBACKS", "DOANSO_KEYS"),
        *(_one for _one in os.environ if _one.startswith("S3_")),
    ):
        os.environ.pop(_name, None)
# A trial copy is a demo beside a real installation on the same host, so its cookies have names of their own.
TRIAL = DEMO and env.bool("DOANSO_TRIAL", default=False)
TRIAL_OFFERED = not DEMO and env.bool("DOANSO_TRIAL_OFFERED", default=False)
# Where a proxy leads to the trial copy; else it is reached by its port, without TLS.
TRIAL_ADDRESS = env.str("DOANSO_TRIAL_ADDRESS", default="").rstrip("/")
COOKIE_PREFIX = "trial-" if TRIAL else ""
# Until somebody administers the installation every page leads to the first setup; a demo comes with its users.
FIRST_SETUP = not DEMO
DEBUG = env.bool("DOANSO_DEBUG", default=False)

data_folder.restrict(DATA)

# --- Secrets ----------------------------------------------------------------------------------------------------------
# Not even made when a secret store gives both: a file of other keys beside the data only misleads.
_given = {"DOANSO_SECRET_KEY", "DOANSO_KEYS"} <= os.environ.keys()
_secrets = {"secret_key": "", "keys": {}} if _given else secrets_file.load_or_make(DATA)
SECRET_KEY = env.str("DOANSO_SECRET_KEY", default=_secrets["secret_key"])
SECRET_KEY_FALLBACKS = env.list("DOANSO_SECRET_KEY_FALLBACKS", default=[])
# Keys of sealed fields and of keyed look-ups; see lib.encryption.
DOANSO_KEYS = secrets_file.keys_from(os.environ.get("DOANSO_KEYS"), stored=_secrets["keys"])

# --- Web --------------------------------------------------------------------------------------------------------------
# Behind a proxy with TLS unless told otherwise; the demo and a laptop speak plain http on this machine only.
HTTPS = env.bool("DOANSO_HTTPS", default=False)
ALLOWED_HOSTS = env.list("DOANSO_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("DOANSO_ORIGINS", default=[])
ROOT_URLCONF = "doanso.urls"
WSGI_APPLICATION = "doanso.wsgi.application"

INSTALLED_APPS = [
    "doanso.home",
    "doanso.setup",
    "doanso.search",
    "doanso.reports",
    "doanso.organisation",
    "doanso.incoming",
    "doanso.results",
    "doanso.places",
    "doanso.cashless",
    "doanso.partners",
    "doanso.events",
    "doanso.targets",
    "doanso.outreach",
    "doanso.referrals",
    "doanso.documents",
    "doanso.support",
    "doanso.adoption",
    "doanso.members",
    "doanso.people",
    "doanso.sync",
    "doanso.imports",
    "doanso.assignments",
    "doanso.signing",
    "doanso.files",
    "doanso.ledger",
    "doanso.notices",
    "doanso.access",
    "doanso.units",
    "doanso.accounts",
    "doanso.audit",
    "doanso.lib",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages vary in length by random padding, so that compression tells nothing of the secrets in them.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the next one, which reads the body.
    "doanso.accounts.middleware.AnonymousBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "doanso.accounts.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "doanso.accounts.middleware.EndedSessionMiddleware",
    "doanso.access.middleware.AccessMiddleware",
    "doanso.setup.middleware.FirstSetupMiddleware",
    "doanso.files.middleware.StoreMiddleware",
    "doanso.lib.refusal_middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "doanso.home.context.page_frame",
            ],
            "builtins": ["doanso.lib.templatetags.ds", "doanso.lib.templatetags.lists"],
        },
    },
]
FORM_RENDERER = "doanso.lib.form_renderer.FormRenderer"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Both bind names that are not ours, preloading for years: only who owns the whole domain says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("DOANSO_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS and env.bool("DOANSO_HSTS_PRELOAD", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else f"{COOKIE_PREFIX}csrf"
if TRIAL:
    # The other storage has a cookie whose name is fixed.
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
if env.bool("DOANSO_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_TEMP_DIR = None
# Else Django opens what it stores to everybody, whatever the umask.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Storage ----------------------------------------------------------------------------------------------------------


def _wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether the linked SQLite has the fix of the WAL-reset corruption (3.51.3, or the back-ports 3.50.7, 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


SQLITE_WAL = _wal_is_safe(sqlite3.sqlite_version_info)
if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "doanso.lib.postgresql"
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    if env.bool("DOANSO_DB_POOL", default=True):
        DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
else:
    # FULL, because what was acknowledged must survive a power cut; and a journal that is emptied and synced at each commit:
    # one that is deleted can stand in the folder again after the cut, and takes the last commit back; one that is kept with
    # what it holds (PERSIST) goes on telling of people who were erased.
    # The demo builds its database in a staging folder that
    # is thrown away on any failure, and only there may `DOANSO_SQLITE_SYNCHRONOUS` be OFF.
    _synchronous = env.str("DOANSO_SQLITE_SYNCHRONOUS", default="FULL") if DEMO else "FULL"
    DATABASES = {
        "default": {
            "ENGINE": "doanso.lib.sqlite",
            "NAME": DATA / "doanso.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Statements kept prepared: an action executes some fifty different ones, and preparing one of a page takes longer
                # than running it.
                "cached_statements": 1024,
                "init_command": f"PRAGMA journal_mode={'WAL' if SQLITE_WAL else 'TRUNCATE'};"
                f"PRAGMA synchronous={_synchronous};PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # For what can be worked out anew, shared by all processes. Nothing that guards a secret may rest on it: a cache forgets.
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.str("CACHE_URL")}
    if env.str("CACHE_URL", default="")
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Each process's own memory, for counts that guard nothing but that process.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
FILES = DATA / "files"
# Backups lie in the data folder, or on the disk that DOANSO_BACKUPS names.
BACKUPS = Path(env.str("DOANSO_BACKUPS", default=str(DATA / "backups"))).resolve()
# Files lie in the data folder, or in the bucket that S3_BUCKET names; see doanso/files.
FILES_S3 = {
    "bucket": env.str("S3_BUCKET", default=""),
    "endpoint": env.str("S3_ENDPOINT", default=""),
    "region": env.str("S3_REGION", default=""),
    "access_key": env.str("S3_ACCESS_KEY", default=""),
    "secret_key": env.str("S3_SECRET_KEY", default=""),
    "prefix": env.str("S3_PREFIX", default=""),
    "addressing": env.str("S3_ADDRESSING", default="auto"),
    "timeout": env.int("S3_TIMEOUT", default=10),
}
# Each file is sealed under a key of its own, which erasure destroys. Off only where the store itself seals.
FILES_SEALED = env.bool("DOANSO_SEAL_FILES", default=True)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Sign-in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["doanso.accounts.backends.NameOrPhoneBackend"]
PASSWORD_HASHERS = [
    # A demo prints its passwords; hashing those of its nine sign-ins as slowly as secrets would take a second of its making.
    "doanso.accounts.demo_hasher.DemoPasswordHasher" if DEMO else "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "doanso.accounts.password_validators.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "doanso.accounts.password_validators.CommonValidator"},
    {"NAME": "doanso.accounts.password_validators.NameInPasswordValidator"},
    {"NAME": "doanso.units.password_validators.ExpectedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "doanso.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_FORMS = {
    "login": "doanso.accounts.forms.LoginForm",
    "change_password": "doanso.accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Tries are counted in the database by accounts.throttle: a cache forgets, and its keys followed the request's host.
ACCOUNT_RATE_LIMITS = False
# The product sends no mail; a piece of it that tries finds no mailer.
MAILERS: dict[str, dict[str, object]] = {}

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese"))]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Re-checks: of those helped so many percent are called back, and at least so many -------------------------------------
# Under 30 answers nothing is said about a unit, and one in four is not reached or does not answer.
RECHECK_SHARE = env.int("DOANSO_RECHECK_SHARE", default=5)
RECHECK_LEAST = env.int("DOANSO_RECHECK_LEAST", default=40)
# How many days an invitation of 1+2 stands before it can no longer be used.
REFERRAL_DAYS = env.int("DOANSO_REFERRAL_DAYS", default=60)
# How many calls of one phone are answered in a minute; 0 is no limit. An afternoon's visits with all photos are about 60.
PHONE_CALLS = env.int("DOANSO_PHONE_CALLS", default=240)

# --- Signatures in PDF files --------------------------------------------------------------------------------------------
# The faces of official documents; a signature's number, date and words are set in them.
DOCUMENT_FONTS = BASE / "official_form" / "fonts"
# Signatures go out to these addresses for the time, and to no other; none: signatures carry no time-stamp.
SIGNING_TSA = {
    "addresses": env.list("DOANSO_TSA", default=[]),
    "timeout": env.int("DOANSO_TSA_TIMEOUT", default=10),
}
# Whether authorities are asked if a certificate was called back (OCSP), at the addresses that their certificates name: machines
# of the open network, or those inside that are named here as host:port.
SIGNING_OCSP = {
    "ask": env.bool("DOANSO_OCSP", default=True),
    "timeout": env.int("DOANSO_OCSP_TIMEOUT", default=5),
    "inside": env.list("DOANSO_OCSP_INSIDE", default=[]),
}
# The server's own token with the organisation's key (PKCS#11). The PIN comes from the environment and is kept nowhere.
SIGNING_TOKEN = {
    "module": env.str("DOANSO_TOKEN_MODULE", default=""),
    "pin": env.str("DOANSO_TOKEN_PIN", default=""),
}
# Where the small program listens that signs with the key in a user's own machine.
SIGNING_AGENT = env.str("DOANSO_SIGN_AGENT", default="http://127.0.0.1:9711")
# Whether an authority whose signatures have no legal force may be made here.
SIGNING_TEST_AUTHORITY = env.bool("DOANSO_TEST_AUTHORITY", default=DEMO or DEBUG)

# --- Static files -----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES}},
    "staticfiles": {"BACKEND": "doanso.lib.static_files.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Logs: ids only, never names, phones or request bodies -------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secret_paths": {"()": "doanso.lib.secret_paths.HideSecretPaths"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["secret_paths"],
            "stream": sys.stderr,
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("DOANSO_LOG_LEVEL", default="WARNING")},
}
# No mailer, and meant so; see MAILERS. HSTS for sub-domains and preloading are the operator's choice.
SILENCED_SYSTEM_CHECKS = ["mail.W001", "security.W005", "security.W021"]

# A test run never reaches anything outside; see conftest.
TESTING = "PYTEST_VERSION" in os.environ
