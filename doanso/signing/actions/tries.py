"""Rate limits of public verification, counted in the database so that they survive the cache."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.lib import clock, database, encryption
from doanso.lib.problems import Problem, Refused
from doanso.signing.models import VerifyTries

LASTS = timedelta(hours=1)
MOST_MISSES = 30
MOST_FILES = 40
MOST_PROOFS = 10
"""Wrong names and files for one code, whatever network they come from."""


def take_code_try(*, network: str, missed: bool) -> None:
    """Count a wrong code. Beyond the limit even a correct one is refused, with the same number of statements."""
    _take("code", network, MOST_MISSES, cost=int(missed))


def take_proof_try(*, network: str, code: str, missed: bool) -> None:
    """Count a wrong proof of a code's paper, by network and by code: another name, or a file that is not the paper.

    Beyond either limit even the right one is refused. A file counts too, since anybody can render one with a guessed name.
    """
    _take("proof", network, MOST_MISSES, cost=int(missed))
    _take("proof-of", code, MOST_PROOFS, cost=int(missed))


def take_file_try(*, network: str) -> None:
    """Count a file to be verified, since each costs CPU time."""
    _take("file", network, MOST_FILES, cost=1)


def _take(kind: str, who: str, limit: int, *, cost: int) -> None:
    key = encryption.look_up(f"{kind}:{who}", context="signing.tries")
    now = clock.now()
    with transaction.atomic():
        database.lock([f"signing.tries.{key}"], shared=False)
        existing = VerifyTries.objects.filter(key=key, since__gt=now - LASTS).first()
        count, since = (existing.count, existing.since) if existing is not None else (0, now)
        VerifyTries.objects.bulk_create(
            [VerifyTries(key=key, count=count + cost, since=since)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["count", "since"],
        )
    if count >= limit:
        raise Refused(Problem("too_many_tries", _("Too many tries from your network. Wait an hour, then try again.")))


def forget_tries() -> int:
    """Delete counts older than an hour and return how many."""
    return VerifyTries.objects.filter(since__lte=clock.now() - LASTS).delete()[0]
