"""Doubtful cells, by what becomes of their row: the value may be left out with a warning, or the row asked about or refused."""

from random import Random
from typing import Any

from doanso.tests.lists.making import REFUSED, Meant

Columns = dict[str, int]


def impossible_day(pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "birth" not in columns or not one.values["birth"]:
        return False
    year = int(str(one.values["birth"])[:4])
    cells[columns["birth"]] = pick.choice(
        [f"00/00/{year}", f"31/02/{year}", f"30/02/{year}", f"31/04/{year}", f"00/05/{year}"]
    )
    one.values["birth"] = year
    one.doubt("impossible day")
    return True


def both_sexes(pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "birth_male" not in columns:
        return False
    cells[columns["birth_male"]], cells[columns["birth_female"]] = (
        "01/02/2001",
        pick.choice(["03/04/2002", "01/02/2001"]),
    )
    one.doubt("both sexes", REFUSED)
    return True


def joined_too_young(pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "joined" not in columns:
        return False
    year = int(str(one.values["birth"])[:4])
    cells[columns["joined"]] = f"26/03/{year + pick.randrange(3, 14)}"
    one.values["joined"] = ""
    one.doubt("joined too young")
    return True


def no_name(pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "name" not in columns:
        return False
    cells[columns["name"]] = pick.choice(
        [
            '=HYPERLINK("http://a.example","An")',
            "http://example.vn/an",
            "Lê\u202e An",
            "<b>Lê An</b>",
            "Lê An\x07".strip(),
            "Nguyễn Văn 3",
        ]
    ).replace("\x07", "\u0007")
    one.doubt("no name", REFUSED)
    return True


def given_name_missing(_pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "given_name" not in columns:
        return False
    cells[columns["given_name"]] = None
    one.values["name"] = one.values["name"].rpartition(" ")[0]
    one.doubt("given name missing")
    return True


def old_card_as_phone(pick: Random, cells: dict[int, Any], columns: Columns, one: Meant) -> bool:
    if "phone" not in columns:
        return False
    cells[columns["phone"]] = f"08220{pick.randrange(10**6, 10**7)}"
    one.values["phone"] = ""
    one.doubt("no phone")
    return True


MEMBER_CELLS = (impossible_day, both_sexes, joined_too_young, no_name, given_name_missing, old_card_as_phone)
