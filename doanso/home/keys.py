"""Check at start that the keys in use are those with which the database was written.

Otherwise a lost `secrets.json` would silently be generated anew, and no phone number, citizen number or file of the installation
could ever be decrypted again.
"""

from collections.abc import Callable, Iterator
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from doanso.access import actions, queries
from doanso.access.models import KeyFingerprint
from doanso.accounts.models import User
from doanso.home.encrypted_columns import COLUMNS, LOOK_UPS, EncryptedColumn
from doanso.lib import encryption
from doanso.lib.problems import Problem, Refused

_PREFIX = "encryption "
_LOOK_UP = "look-up"


def key_problem() -> str:
    """Return why this installation must not start with its keys, and what to do, as a sentence; empty when all is well.

    Keys that the database does not know yet are recorded, once stored values prove them: all at the first start, the new one
    after a rotation. A missing key under which nothing is encrypted any more is deleted from the record.
    """
    tables = set(connection.introspection.table_names())
    knows_keys = KeyFingerprint._meta.db_table in tables
    recorded = queries.key_fingerprints() if knows_keys else {}
    current = encryption.fingerprints()
    if not recorded and (column := _closed_column(tables)):
        return _wrong_keys(column)
    for name in sorted(current.keys() - recorded.keys()):
        if column := _refuted_by(name, tables):
            return _wrong_keys(f"{name}: {column}")
    for name in sorted(recorded.keys() & current.keys()):
        if recorded[name] != current[name]:
            return _wrong_keys(name)
    missing = recorded.keys() - current.keys()
    for name in sorted(missing):
        key_name = name.removeprefix(_PREFIX)
        if any(column.is_encrypted_under(key_name) for column in COLUMNS):
            return _missing_key(key_name)
    if knows_keys and missing:
        actions.forget_keys(names=missing, note="start")
    if knows_keys and current.keys() - recorded.keys():
        actions.record_keys(fingerprints=current, note="start")
        if queries.key_fingerprints() != current:
            return _wrong_keys(", ".join(sorted(current)))
    return ""


def require_known_keys() -> None:
    """Exit with a sentence on standard error and code 1 unless the keys are those of the database."""
    if problem := key_problem():
        raise SystemExit(problem)


def adopt_keys() -> None:
    """Record the keys in use for a database without accounts and encrypted values; raise `Refused` for any other."""
    if User.objects.exists() or any(column.values().exists() for column in COLUMNS):
        message = _(
            "This database holds data. New keys would make its encrypted data unreadable for ever: "
            "bring back the secrets.json that belongs to it."
        )
        raise Refused(Problem("database_not_empty", message))
    actions.forget_keys(names=queries.key_fingerprints(), note="adopt-keys")
    actions.record_keys(fingerprints=encryption.fingerprints(), note="adopt-keys")


_LATEST = 20


def _closed_column(tables: set[str]) -> str:
    """Return a column with values if no value of any column can be decrypted, in a database written before it recorded its keys.

    A single value that cannot be decrypted is damage, which `check-database` reports.
    """
    closed = ""
    for column in COLUMNS:
        values = _read(column, partial(column.latest, _LATEST), tables)
        if any(column.opens(value) for value in values):
            return ""
        closed = closed or (column.name if values else "")
    return closed


def _refuted_by(name: str, tables: set[str]) -> str:
    """Return a column whose values show that the key of that fingerprint is another than the one they were written with.

    One value that agrees proves a key, because single values may be damaged; a key under which nothing is stored is new.
    """
    refuted = ""
    for column, agrees in _evidence(name, tables):
        if agrees:
            return ""
        refuted = refuted or column
    return refuted


def _evidence(name: str, tables: set[str]) -> Iterator[tuple[str, bool]]:
    """Yield the latest values that were written with a key, by column: whether they agree with the key in use."""
    if name == _LOOK_UP:
        for look_up in LOOK_UPS:
            for value, stored in _read(look_up.encrypted, partial(look_up.latest, _LATEST), tables):
                if (agrees := look_up.is_hash_of(value, stored)) is not None:
                    yield look_up.name, agrees
        return
    key_name = name.removeprefix(_PREFIX)
    for column in COLUMNS:
        for value in _read(column, partial(column.latest_under, key_name, _LATEST), tables):
            yield column.name, column.opens(value)


def _read[Row](column: EncryptedColumn, read: Callable[[], list[Row]], tables: set[str]) -> list[Row]:
    """Return rows of a column; none from a table of an older release, before its migration."""
    if column.model._meta.db_table not in tables:
        return []
    try:
        return read()
    except DatabaseError:
        return []


def _wrong_keys(subject: str) -> str:
    words = _(
        "The keys in use are not those with which this database was written (%(what)s); nothing was started, and nothing "
        "is lost. Bring back the secrets.json of this installation from your backup into %(folder)s, or the earlier "
        "DOANSO_KEYS, and start again. Only for an empty database that shall begin anew: doanso adopt-keys."
    )
    return words % {"what": subject, "folder": settings.DATA}


def _missing_key(name: str) -> str:
    words = _(
        "The key “%(name)s” is missing, and data in this database is encrypted with it; nothing was started, "
        "and nothing is lost. Put it back beside the current key in secrets.json (in %(folder)s) or DOANSO_KEYS, and start again."
    )
    return words % {"name": name, "folder": settings.DATA}
