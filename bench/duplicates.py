"""Measure the search for the ten likeliest candidates for one person among a million.

A million contacts in the committee's units, with names distributed as they are in Vietnam: hundreds are called Nguyễn Văn An,
dozens of them born in one year. Searched are people with their phone, with the end of a phone, with name and year alone, with a
letter off, with their words swapped, and unknown people. SQLite; times are CPU time of the one thread in which all of it runs.
`python -m bench.duplicates [PERSONS]`.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bench.measuring import figure, measure_apart

DEFAULT_PERSONS = 1_000_000
QUICK_PERSONS = 50_000
PAGE = 20_000
ASKED = 240
UNITS = 17
MOST_MS, MOST_STATEMENTS = 15.0, 7
_FAMILY = (
    ["Nguyễn"] * 34
    + ["Trần"] * 11
    + ["Lê"] * 9
    + ["Phạm"] * 7
    + "Huỳnh Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Lý".split() * 3
)
_MIDDLE = ["Văn"] * 22 + ["Thị"] * 30 + "Hoàng Minh Ngọc Thanh Quốc Đức Kim Hữu Mỹ Hồng Thùy Xuân Thu Đình".split() * 3
_GIVEN = (
    "An Bình Chi Dung Em Phúc Giang Hoa Hòa Hùng Khoa Lan Liên Long Mai Minh Nam Nga Phượng Quang Sang Sơn Tâm Thảo Thu Thủy "
    "Trang Tuấn Út Vân Vinh Yến Bảy Tám Chín Mười Hương Hạnh Đào Lợi"
).split()
_STREETS = "Lê Lợi,Hùng Vương,Ấp Bắc,Nguyễn Huệ,Đinh Bộ Lĩnh,Lý Thường Kiệt,Trần Hưng Đạo,Nam Kỳ Khởi Nghĩa".split(",")


class Invented:
    """An invented person."""

    __slots__ = ("address", "name", "phone", "unit", "year")

    def __init__(self, pick: random.Random, number: int) -> None:
        self.name = f"{pick.choice(_FAMILY)} {pick.choice(_MIDDLE)} {pick.choice(_GIVEN)}"
        self.year = pick.randrange(1930, 2010)
        # Three of four have a phone.
        self.phone = f"09{number * 7919 % 10**8:08}" if pick.random() < 0.75 else ""
        self.address = f"{pick.randrange(1, 400)} {pick.choice(_STREETS)}"
        self.unit = pick.randrange(UNITS)


def _prepare() -> list[UUID]:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    django.setup()
    from datetime import date

    from django.core.management import call_command

    from doanso.units.models import Unit, UnitKind

    call_command("migrate", verbosity=0)
    units = [Unit(code=f"w{place}", kind=UnitKind.GRASSROOTS, since=date(2020, 1, 1)) for place in range(UNITS)]
    return [unit.pk for unit in Unit.objects.bulk_create(units)]


def _rows(persons: int, units: list[UUID], searched: list[Invented]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield pages of rows of persons and contacts; add to `searched` the people who will be searched."""
    from doanso.lib import clock, vietnamese
    from doanso.lib.uuid7 import uuid7
    from doanso.people.queries import lookup_hash, tail_lookup
    from doanso.people.rules.names import near_key

    pick, now, every = random.Random(2023), clock.now(), max(persons // ASKED, 1)
    for start in range(0, persons, PAGE):
        people, contacts = [], []
        for number in range(start, min(start + PAGE, persons)):
            invented = Invented(pick, number)
            if number % every == 0:
                searched.append(invented)
            person, folded = uuid7(), vietnamese.fold(invented.name)
            people.append((person, now))
            contacts.append(
                (
                    *(
                        uuid7(),
                        person,
                        units[invented.unit],
                        invented.name,
                        folded,
                        "",
                        "",
                        invented.year,
                        invented.address,
                        "",
                        "",
                    ),
                    *(
                        lookup_hash("phone", invented.phone) if invented.phone else "",
                        tail_lookup(invented.phone, invented.year),
                    ),
                    *(near_key(folded, invented.year), now, now, b"", b"", b""),
                )
            )
        yield people, contacts


def _fill(persons: int, units: list[UUID]) -> list[Invented]:
    from django.db import connection, transaction

    from doanso.lib.database import insert_rows
    from doanso.people.models import Contact, Person

    columns = (
        *("id", "person", "unit", "name", "folded", "sort_key", "gender", "birth_year", "address", "citizen_id_lookup"),
        *("email_lookup", "phone_lookup", "tail_lookup", "near_key", "created_at", "updated_at"),
        *("phone_encrypted", "citizen_id_encrypted", "email_encrypted"),
    )
    searched: list[Invented] = []
    with connection.cursor() as cursor:
        # The database is deleted afterwards: nothing needs to survive a power cut.
        cursor.execute("PRAGMA synchronous=OFF")
    for people, contacts in _rows(persons, units, searched):
        with transaction.atomic():
            insert_rows(Person, ("id", "created_at"), people)
            insert_rows(Contact, columns, contacts)
        print(f"  {len(searched)} of {ASKED}", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return searched


def _questions(searched: list[Invented]) -> Iterator[tuple[Invented, Any]]:
    """Yield each person described in one of six ways, and whether it must be found."""
    from doanso.people.actions import Particulars

    for place, invented in enumerate(searched[:ASKED]):
        words = invented.name.split()
        case = place % 6
        particulars = {
            0: Particulars(invented.name, birth_year=invented.year, phone=invented.phone),
            1: Particulars(
                invented.name, birth_year=invented.year, phone=f"0388{invented.phone[4:]}" if invented.phone else ""
            ),
            2: Particulars(invented.name, birth_year=invented.year, address=invented.address),
            3: Particulars(f"{invented.name}h", birth_year=invented.year, address=invented.address),
            4: Particulars(" ".join([*words[1:], words[0]]), birth_year=invented.year, address=invented.address),
            5: Particulars(f"Châu Bảo {words[-1]} Ngân", birth_year=invented.year, phone="0999999999"),
        }[case]
        yield invented, particulars


def _measured(persons: int) -> list[dict[str, Any]]:
    from statistics import median, quantiles

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    units = _prepare()
    from doanso.people.queries import match_candidates

    searched = _fill(persons, units)
    times, most = [], 0
    missed = 0
    questions = list(_questions(searched))
    for invented, particulars in questions:
        began = time.thread_time()
        matches = match_candidates(particulars=particulars, limit=10, unit_id=units[invented.unit])
        times.append((time.thread_time() - began) * 1000)
        with CaptureQueriesContext(connection) as caught:
            match_candidates(particulars=particulars, limit=10, unit_id=units[invented.unit])
        most = max(most, len(caught))
        # By name, year and place or phone, some person is always found; tests check that it is the right one.
        missed += not matches and particulars.address != ""
    return [
        figure("ten_candidates_median", median(times), "ms", target=MOST_MS),
        figure("ten_candidates_95_of_100", quantiles(times, n=20)[-1], "ms", target=MOST_MS),
        figure("statements_of_a_search", most, "statements", target=MOST_STATEMENTS),
        figure("not_found_by_name_and_place", missed, "of 120", target=0),
    ]


def measure(persons: int = DEFAULT_PERSONS) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.duplicates", persons, "measured", is_demo=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PERSONS
    if len(sys.argv) > 2:
        print(json.dumps(_measured(number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "duplicates", **line}, ensure_ascii=False))
