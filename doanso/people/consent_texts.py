"""Reads of the versions of the consent text, stored and shipped."""

from datetime import date
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.people import configuration, queries
from doanso.people.configuration import ConsentWords, Purpose
from doanso.people.models import ConsentText


def texts_in_force(on: date) -> QuerySet[ConsentText]:
    """Return the stored consent texts that hold on a day, the one in use first unless a shipped one is newer."""
    return ConsentText.objects.filter(since__lte=on).order_by("-since", "-version")


@cache
def newest_shipped_text(on: date) -> tuple[date, str]:
    """Return first day and version of the newest shipped text by a day, or else of the first."""
    shipped = sorted((text.since, text.version) for text in configuration.shipped_texts())
    return next((text for text in reversed(shipped) if text[0] <= on), shipped[0])


def consent_words(on: date) -> ConsentWords:
    """Return the words of the consent text of a day."""
    text = queries.consent_text(on)
    purposes = tuple(
        Purpose(
            code=str(purpose["code"]),
            name=str(purpose["name"]),
            sentence=str(purpose["sentence"]),
            adults_only=bool(purpose.get("adults_only")),
        )
        for purpose in text.purposes
    )
    return ConsentWords(text.version, text.since, text.title, text.body, purposes)


def require_read(read: str | None, version: str) -> None:
    """Refuse an answer to other words than those in use: its page was open when they were changed. None: asked by no page."""
    if read is not None and read != version:
        message = _(
            "The words about your data were changed a moment ago. Please read them once more, then send it again."
        )
        raise Refused(Problem("consent_text_changed", message))


def consent_versions() -> set[str]:
    """Return the versions of all consent texts, shipped ones that nobody used included."""
    shipped = {text.version for text in configuration.shipped_texts()}
    return shipped | set(ConsentText.objects.values_list("version", flat=True))
