"""Read one row of the list of people helped into values."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.imports.ports import ListLine, RawRow
from doanso.lib import clock, encryption, vietnamese
from doanso.lib.problems import Problem
from doanso.people import actions as people
from doanso.support import rules
from doanso.support.support_list import cells
from doanso.support.support_list.cells import Services, SupportRowFindings, text
from doanso.units.neighbourhoods import NeighbourhoodNames

PERSON, SHOP, UNNAMED = "person", "shop", "unnamed"
AGREED, SILENT, REFUSED = "agreed", "silent", "refused"
"""The list's statement about the paper with the person's consent."""
_RECORD_CONTEXT = "support.import.told"


def record_key(unit_id: UUID, receiver: str, service: str, day: str) -> str:
    """Return the key of a record from a list: equal whenever the same unit states the same of the same receiver."""
    return encryption.look_up(f"{unit_id}|{receiver}|{service}|{day}", context=_RECORD_CONTEXT)


def receiver_key(values: Mapping[str, Any]) -> str:
    """Return the key of the receiver, by the row's values; for an unnamed receiver only the ordinal of that day and helper."""
    match values["to"]:
        case "unnamed":
            parts: tuple[object, ...] = (values.get("helper", [""])[0], values["nth"])
        case "shop":
            parts = tuple(values.get(name, "") for name in ("shop", "phone", "place", "address"))
        case _:
            parts = tuple(values.get(name, "") for name in ("name", "birth", "phone", "place", "address"))
    return "|".join([values["to"], *(vietnamese.fold(str(part)) for part in parts)])


class SupportRowReader:
    """Reads the rows of one file in order; earlier rows are remembered as hashes only."""

    def __init__(self, services: Services, neighbourhoods: NeighbourhoodNames) -> None:
        self._services = services
        self._neighbourhoods = neighbourhoods
        self._seen: dict[int, int] = {}
        self._unnamed: Counter[int] = Counter()

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form, with its problems and warnings."""
        findings = SupportRowFindings()
        get = row.cells.get
        name, shop = cells.read_receiver(row, findings)
        gender, birth = cells.read_birth(row, findings)
        day = cells.read_day("day", get("day"), findings)
        service_days = self._services.read(row, day, findings)
        helper, second = cells.read_helpers(get("helper"), get("second"), findings)
        place, address = self._place(row, findings)
        agreed, more = cells.purposes(row.cells, findings)
        values: dict[str, Any] = {
            "to": SHOP if shop else PERSON,
            "name": "" if shop else name,
            "gender": gender,
            "birth": birth,
            "phone": cells.read_phone(get("phone"), findings),
            "place": place,
            "address": address,
            "shop": shop,
            "trade": cells.read_short("trade", get("trade"), 80, findings),
            "done": [[code, when.isoformat()] for code, when in service_days],
            "helper": [helper.name, helper.kind] if helper.name else [],
            "second": [second.name, second.kind] if second.name else [],
            "guardian": cells.read_guardian(get("guardian"), findings),
            "consent": AGREED if agreed else SILENT if agreed is None else REFUSED,
            "purposes": more,
            "sides": {} if shop else self._sides(row, bool(agreed), text(get("guardian")), findings),
            "self": not shop
            and rules.helped_self_problem(cells.without_title(name), helper.name, second.name) is not None,
        }
        if not name and not shop:
            message = _("Nobody is named; write who was helped, or the shop. A row without a name is not imported.")
            findings.refuse("name", Problem("name_missing", message))
        if (
            not helper.name
            and not findings.problems
            and all(finding.code != "helper_missing" for finding in findings.warnings)
        ):
            findings.warn("helper", "helper_missing", _("It is not told who helped."))
        if values["to"] == PERSON and not birth and not values["sides"] and not findings.problems:
            message = _("Without the year of birth nobody can be recognised in another list; add it if you know it.")
            findings.warn("birth", "birth_missing", message)
        if values["to"] == PERSON and agreed:
            self._check_age(birth, values["guardian"], findings)
        values = {code: value for code, value in values.items() if value}
        if not findings.problems:
            self._remove_repeated(row, values, findings)
            self._number(values)
        return ListLine(name or shop, values, findings.problems, findings.warnings)

    def _sides(self, row: RawRow, agreed: bool, guardian: str, findings: SupportRowFindings) -> dict[str, str | int]:
        """Return both births of a row that has one under Nam and one under Nữ; without a guardian none of a child's."""
        sides = cells.both_births(row)
        if not agreed:
            return sides
        findings_by_sex = {sex: SupportRowFindings() for sex in sides}
        for sex, birth in sides.items():
            self._check_age(birth, guardian, findings_by_sex[sex])
        grown = {sex: birth for sex, birth in sides.items() if not findings_by_sex[sex].problems}
        if sides and not grown:
            findings.problems += findings_by_sex["male"].problems
        return grown

    def _check_age(self, birth: str | int, guardian: str, findings: SupportRowFindings) -> None:
        day = date.fromisoformat(birth) if birth and isinstance(birth, str) else None
        year = birth if isinstance(birth, int) else None
        problem = people.guardian_problem(birth_date=day, birth_year=year, on=clock.today(), guardian_name=guardian)
        if problem is not None:
            findings.refuse("guardian", problem)

    def _place(self, row: RawRow, findings: SupportRowFindings) -> tuple[str, str]:
        """Return the neighbourhood, from its own column or the group or sheet of the row, and the address."""
        neighbourhood, address = text(row.cells.get("neighbourhood")), text(row.cells.get("address"))
        around = "" if neighbourhood else self._neighbourhoods.find(row.group) or self._neighbourhoods.find(row.sheet)
        place = self._neighbourhoods.find(neighbourhood) or around
        if self._neighbourhoods.contradicts(place, address):
            message = _(
                "The address names another neighbourhood than the column or heading does, which was taken; check it."
            )
            findings.warn("address", "place_differs", message)
        if neighbourhood and not place:
            message = _("“%(text)s” is none of the unit's neighbourhoods; it was kept as a part of the address.")
            findings.warn("neighbourhood", "place_unknown", message % {"text": neighbourhood[:60]})
            address = ", ".join(
                filter(
                    None,
                    (address, neighbourhood if not neighbourhood.isdigit() else _("area %(n)s") % {"n": neighbourhood}),
                )
            )
        return place, address[:300]

    def _number(self, values: dict[str, Any]) -> None:
        """Return the ordinal the row would have among unnamed records of that day and helper."""
        if values["to"] != PERSON or values["consent"] == AGREED or not values["done"]:
            return
        # Without the person's values: of a person who did not consent nothing is stored, not even a hash.
        same = hash((str(values["done"]), str(values.get("helper"))))
        self._unnamed[same] += 1
        values["nth"] = self._unnamed[same]

    def _remove_repeated(self, row: RawRow, values: dict[str, Any], findings: SupportRowFindings) -> None:
        """Remove records that an earlier row of the file has stated already."""
        # A row without consent removes nothing from a later row with it.
        receiver = receiver_key(values)
        silent = values["to"] == PERSON and values["consent"] != AGREED
        fresh, earlier = [], 0
        for code, day in values["done"]:
            hashes = [hash((receiver, code, day, consent)) for consent in ((AGREED, SILENT) if silent else (AGREED,))]
            earlier_row = next((self._seen[place] for place in hashes if place in self._seen), 0)
            if earlier_row:
                earlier = earlier or earlier_row
            else:
                self._seen[hashes[-1]] = row.number
                fresh.append([code, day])
        if earlier:
            message = _("Row %(row)d tells of the same help already; it is counted once.")
            findings.warn("name" if values["to"] == PERSON else "shop", "double_row", message % {"row": earlier})
        values["done"] = fresh
