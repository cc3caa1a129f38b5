"""Approve the words with which people are asked for consent, or put words of one's own in their place."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.people import actions as people
from doanso.people import consent_texts
from doanso.people.actions import ConsentWords
from doanso.setup import policy
from doanso.setup.models import ConsentApproval
from doanso.units.models import Unit

_MOST_A_DAY = 99


def approve_consent_text(*, actor: User, unit: Unit, version: str, decided_by: str) -> ConsentApproval:
    """Record that the committee approved the words in use; `version` is the one that was shown and read.

    Refused where the words changed meanwhile. Approving the same words again changes nothing.
    """
    policy.SET_UP.require_at(actor, unit)
    words = _words_in_use(version, clock.today())
    with transaction.atomic():
        people.store_consent_text(actor=actor, text=words)
        return _approve(actor, unit, version, decided_by)


def rewrite_consent_text(
    *, actor: User, unit: Unit, version: str, title: str, body: str, sentences: Mapping[str, str], decided_by: str
) -> ConsentApproval:
    """Store other words as a new version, approved, in use from today on. Consents that were given keep the words of their time.

    `version` is the one that was edited, `sentences` gives for each purpose what the person agrees to.
    """
    policy.SET_UP.require_at(actor, unit)
    today = clock.today()
    old = _words_in_use(version, today)
    purposes = tuple(
        replace(purpose, sentence=sentences.get(purpose.code, purpose.sentence).strip()) for purpose in old.purposes
    )
    words = ConsentWords(old.version, today, title.strip(), _paragraphs(body), purposes)
    if replace(words, since=old.since) == old:
        message = _("Nothing was changed. Go back and approve the words as they are.")
        raise Refused(Problem("consent_text_same", message))
    with transaction.atomic():
        words = replace(words, version=_free_version(today))
        people.store_consent_text(actor=actor, text=words)
        return _approve(actor, unit, words.version, decided_by)


def _words_in_use(version: str, today: date) -> ConsentWords:
    """Return the words in use; refuse if they are of another version than the one that was read."""
    words = consent_texts.consent_words(today)
    if words.version != version:
        raise Refused(
            Problem("consent_text_changed", _("The words have changed meanwhile. Read them again, then approve."))
        )
    return words


def _approve(actor: User, unit: Unit, version: str, decided_by: str) -> ConsentApproval:
    if not decided_by.strip():
        raise Refused(
            Problem("decision_missing", _("Write who decided, for instance: the Standing Committee."), "decided_by")
        )
    approval, is_new = ConsentApproval.objects.get_or_create(
        text_version=version,
        defaults={"decided_by": decided_by.strip(), "approved_by": actor, "approved_at": clock.now()},
    )
    if is_new:
        record(actor=actor, action="setup.approve_consent_text", obj=unit, unit=unit)
    return approval


def _paragraphs(text: str) -> str:
    """Return the text with single empty lines between its paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\r?\n\s*\n", text) if part.strip())


def _free_version(today: date) -> str:
    """Return a version that sorts after the earlier ones of the same day."""
    taken = consent_texts.consent_versions()
    names = (today.isoformat(), *(f"{today.isoformat()}-{number:02}" for number in range(2, _MOST_A_DAY + 1)))
    for name in names:
        if name not in taken:
            return name
    raise Refused(Problem("consent_text_often", _("The words were changed too often today; go on tomorrow.")))
