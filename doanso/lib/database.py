"""The only place with SQL that differs between SQLite and PostgreSQL."""

import hashlib

from django.db import connection


def _number(key: str) -> int:
    """The advisory lock's number: 63 bits of the key's hash."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1


def try_lock(key: str) -> bool:
    """Take the named lock until the transaction ends, without waiting; whether we got it.

    On SQLite a transaction that writes holds the one write lock already, so nobody else can be there.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock lives as long as a transaction; open one first.")
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(key)])
        return bool(cursor.fetchone()[0])
