"""Residents in the global search: by their whole name, a whole phone or personal number. Names are never listed by beginnings.

Members have a group of their own, so the search leaves out residents who were found there too.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import phone
from doanso.lib.search_words import SearchWords
from doanso.people import policy, queries
from doanso.people.models import Contact


def find_residents(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the contacts that the reader may see, with the data that their list shows; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    contacts = policy.VIEW.filter(actor, queries.all_contacts())
    contacts = contacts.filter(queries.exact_matches(words.text)).order_by("sort_key", "pk")
    rows = list(contacts[: MOST_ENTRIES + 1])
    entries = sorted(_entries(rows[:MOST_ENTRIES], words), key=lambda entry: entry.rank)
    address = f"{reverse('people:people')}?{urlencode({'q': words.text})}"
    return SearchGroup(entries, len(entries), len(rows) <= MOST_ENTRIES, address)


def _entries(contacts: Sequence[Contact], words: SearchWords | None) -> list[SearchEntry]:
    return [_entry(contact, words) for contact in contacts]


def _entry(contact: Contact, words: SearchWords | None) -> SearchEntry:
    number = phone.mask_phone(queries.decrypt_field(contact, "phone"))
    born = _("born %(year)s") % {"year": contact.birth_year} if contact.birth_year else ""
    return SearchEntry(
        title=contact.name,
        detail=" · ".join(part for part in (born, number) if part),
        url=reverse("people:person", args=[contact.pk]),
        icon="user-circle",
        rank=(words.rank(contact.name) if words is not None else None) or 0,
        person_id=contact.person_id,
        unit=DetailUnit(contact.unit_id, is_first=True),
    )


def recall_residents(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened contacts."""
    contacts = policy.VIEW.filter(actor, queries.all_contacts())
    return _entries(list(contacts.filter(pk__in=[each["contact_id"] for each in arguments])), None)


PROVIDER = SearchProvider("people", SearchSection.RESIDENTS, find_residents, {"people:person": recall_residents})
