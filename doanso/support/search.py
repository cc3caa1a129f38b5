"""Residents in the global search by their receipts, and by their records for readers who have no directory of people."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import clock, formats
from doanso.lib.access_codes import clean_code, is_code, is_link
from doanso.lib.search_words import SearchWords
from doanso.people import policy as people_policy
from doanso.people import queries as people
from doanso.support import policy, queries, receipt_keys
from doanso.support.models import SupportRecord

OLDEST = 120
"""Years of birth that are tried with a code: its hash includes the year, so that nobody without a role can look it up."""


def find_supported(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the newest record of each resident found by a receipt's code or link; for readers without the directory, also by
    the whole name or phone; one statement, three for inspectors.
    """
    if not policy.VIEW.allows_anywhere(actor):
        return None
    condition = _of_receipt(words.text)
    if condition is None:
        if people_policy.VIEW.allows_anywhere(actor):
            return None
        condition = people.exact_matches(words.text, contact="contact__")
    records = queries.visible_records(actor).filter(condition, taken_back_at=None)
    shown = access.personal(actor)
    if not shown.everywhere:
        # A hit on a name that is shown as initials would disclose it.
        records = records.filter(unit_id__in=shown.unmasked)
    rows = list(records.order_by("-happened_on", "-pk")[: MOST_ENTRIES + 1])
    newest = {record.contact_id or record.business_id or record.pk: record for record in reversed(rows)}
    entries = _entries(actor, [record for record in rows if record in newest.values()])
    return SearchGroup(entries[:MOST_ENTRIES], len(entries), len(rows) <= MOST_ENTRIES)


def _of_receipt(text: str) -> Q | None:
    """Return the condition of records of a receipt, None where the text is neither its code nor its link."""
    link = urlsplit(text).path.rstrip("/").rsplit("/", 1)[-1]
    if is_link(link):
        lookup = receipt_keys.link_lookup(link)
        return Q(receipt__link_lookup=lookup) | Q(receipt__links__link_lookup=lookup)
    code = clean_code(text)
    # Names of eight letters are no codes; a code without a digit is typed with its dash.
    if not is_code(code) or not (text[4:5] == "-" or any(letter.isdigit() for letter in code)):
        return None
    this_year = clock.today().year
    years = range(this_year - OLDEST, this_year + 1)
    return Q(receipt__code_lookup__in=[receipt_keys.code_lookup(code, year) for year in years])


def _entries(actor: User, records: Sequence[SupportRecord]) -> list[SearchEntry]:
    names = queries.receiver_names(actor, records)
    return [
        SearchEntry(
            title=names[record.pk] or _("Not named"),
            detail=f"{record.service.short_name} · {formats.day(record.happened_on)}",
            url=reverse("support:support_record", args=[record.pk]),
            icon="building-store" if record.to_business else "heart-handshake",
            person_id=record.person_id,
            unit=DetailUnit(record.unit_id),
        )
        for record in records
    ]


def recall_records(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened support records."""
    ids = [each["support_record_id"] for each in arguments]
    return _entries(actor, list(queries.visible_records(actor).filter(pk__in=ids)))


PROVIDER = SearchProvider(
    "support", SearchSection.RESIDENTS, find_supported, {"support:support_record": recall_records}
)
