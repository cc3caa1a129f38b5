"""Read one row of the members' list into values, and find duplicates inside the file."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from doanso.imports.ports import Finding, ListLine, RawRow
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem
from doanso.members import rules
from doanso.members.models import PostKind
from doanso.members.register_list import cells
from doanso.members.register_list.branches import Branches
from doanso.members.register_list.cells import CellFindings, text


class MemberRowReader:
    """Reads the rows of one file in their order.

    Numbers and names are remembered as hashes only: a list of 100,000 stays small, and the register's own check separates true
    duplicates from the one in many millions that merely has the same hash.
    """

    def __init__(self, branches: Branches) -> None:
        self._branches = branches
        self._today: date = clock.today()
        self._seen: dict[int, int] = {}

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form, with what is wrong and what is doubtful about it."""
        findings = CellFindings([], [])
        get = row.cells.get
        name = cells.read_name(row, findings)
        gender, birth_date, birth_year = cells.read_birth(row, findings)
        sides = self._sides(row, findings)
        cells.check_age(birth_year, self._today, findings)
        number = cells.read_citizen_id(get("citizen_id"), birth_year, gender, findings)
        branch = self._branch(row, findings)
        joined = cells.read_joined(get("joined"), birth_date, birth_year, self._today, findings)
        telephone = cells.read_phone(get("phone"), findings)
        if telephone and number and telephone.lstrip("0") == number.lstrip("0"):
            number = self._warn_twice(number, findings)
        card = cells.read_short("card", get("card"), 30, findings)
        values = {
            "name": name,
            "gender": gender,
            "birth": birth_date.isoformat() if birth_date else birth_year,
            "sides": sides,
            "phone": telephone,
            "citizen_id": number,
            "email": cells.read_email(get("email"), findings),
            "address": cells.read_short("address", get("address"), 300, findings),
            "branch": branch,
            "card": card,
            "joined": joined.isoformat() if joined else "",
            "post": cells.read_post(get("post"), findings, of_branch=branch not in self._branches.undivided),
            "status": cells.read_status(get("status"), findings),
        }
        if not findings.problems:
            self._warn_doubles(row, values, findings)
        if not findings.problems and values["post"] == PostKind.SECRETARY and values["status"] != "left":
            self._warn_second_secretary(row, branch, findings)
        return ListLine(
            name, {code: value for code, value in values.items() if value}, findings.problems, findings.warnings
        )

    @staticmethod
    def _warn_twice(number: str, findings: CellFindings) -> str:
        """Return the personal number that has the phone's digits too if it may be an old card's, else ""; add a warning."""
        if number.startswith("3"):
            message = _("Phone and personal number are the same digits; check which of the two it is.")
            findings.warn("citizen_id", "number_twice", message)
            return number
        message = _("“%(number)s” is the phone; it was not kept as the personal number.")
        findings.warn("citizen_id", "number_is_phone", message % {"number": number})
        return ""

    def _sides(self, row: RawRow, findings: CellFindings) -> dict[str, str | int]:
        """Return both births of a row that has one under Nam and one under Nữ, leaving out impossible ages."""
        sides = cells.both_births(row)
        years = {
            sex: birth if isinstance(birth, int) else date.fromisoformat(birth).year for sex, birth in sides.items()
        }
        possible = {sex for sex, year in years.items() if rules.age_problem(birth_year=year, on=self._today) is None}
        if sides and not possible:
            cells.check_age(next(iter(years.values())), self._today, findings)
        return {sex: birth for sex, birth in sides.items() if sex in possible}

    def _branch(self, row: RawRow, findings: CellFindings) -> str:
        named, ward = text(row.cells.get("branch")), text(row.cells.get("grassroots"))
        match = self._branches.find(column=named, group=row.group, sheet=row.sheet, ward=ward)
        asked = (named or row.group.strip() or ward)[:60]
        if match.branch is not None:
            return str(match.branch)
        if match.problem == "branch_missing":
            message = _("The branch is missing; write it in the column “Chi đoàn”.")
        elif match.problem == "branch_ambiguous":
            message = _("Several branches are called “%(name)s”; add the column “Đoàn cơ sở”.") % {
                "name": match.nearest
            }
        elif match.nearest:
            message = _(
                "There is no branch “%(asked)s” here; the nearest is “%(name)s”. Correct the column “Chi đoàn”, or import the"
                " row for the unit that has this branch."
            ) % {
                "asked": asked,
                "name": match.nearest,
            }
        else:
            message = _(
                "There is no branch “%(asked)s” here. Correct the column “Chi đoàn”, or import the row for the unit that has"
                " this branch."
            ) % {"asked": asked}
        findings.refuse("branch", Problem(match.problem, message))
        return ""

    def _first(self, kind: str, value: str, row: RawRow) -> int | None:
        """Return the row in which the value appeared first; None when this row is it."""
        place = hash((kind, value))
        earlier = self._seen.get(place)
        if earlier is None:
            self._seen[place] = row.number
        return earlier

    def _warn_second_secretary(self, row: RawRow, branch: str, findings: CellFindings) -> None:
        earlier = self._first("secretary", branch, row)
        if earlier is not None:
            message = _("Row %(row)d names a secretary of this branch already; check which of them it is.")
            findings.warn("post", "second_secretary", message % {"row": earlier})

    def _warn_doubles(self, row: RawRow, values: Mapping[str, object], findings: CellFindings) -> None:
        number, card = str(values["citizen_id"]), str(values["card"])
        for column, value, code in (("citizen_id", number, "double_citizen_id"), ("card", card, "double_card")):
            earlier = self._first(column, value, row) if value else None
            if earlier is not None:
                message = _("The same number stands in row %(row)d already.") % {"row": earlier}
                findings.problems.append(Finding(column, code, message))
                return
        key = f"{vietnamese.name_key(str(values['name']))}|{values['birth']}|{values['branch']}"
        earlier = self._first("person", key, row)
        if earlier is None:
            return
        if number or not isinstance(values["birth"], str):
            # Their numbers differ, or too little is known to decide that it is the same person.
            message = _("The same name and birth stand in row %(row)d; check whether it is one person.")
            findings.warn("name", "perhaps_double", message % {"row": earlier})
            return
        message = _("The same name, birth date and branch stand in row %(row)d already.")
        findings.problems.append(Finding("name", "double_person", message % {"row": earlier}))
