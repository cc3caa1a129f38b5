"""What the ledger keeps as hashes, of values that are written out.

The values are those of the release that stored them first. Nobody puts them right: who changes what is hashed gives it a new
version, and keeps the old one to compare with.
"""

from datetime import date
from uuid import UUID

import pytest

from doanso.ledger import rules as ledger
from doanso.ledger import snapshots
from doanso.ledger.inputs import FactInput

ONE, TWO = UUID(int=1), UUID(int=2)
DAY = date(2023, 11, 12)


@pytest.mark.parametrize(
    ("tag", "content", "first", "now"),
    [
        (
            "tally.fact",
            (ONE, 1, TWO, DAY, date(2023, 11, 13), 2),
            "5786f721dd68ea2d7b3b0919cb62ad883a4f046ea27f3709ca59be363d25591f",
            "e616764202d0a634dd713c2d5ef73f20b6fa2b26788a7d372238d4bb1b42a1fd",
        ),
        (
            "tally.fact",
            (ONE, 0, None, DAY, date(2023, 11, 13), 2),
            "3b0b99c13013585560baba7bf7efca91d5d81a76030cc63f7d5ad0d697933d39",
            "5e1e92a41d9d0029f45951a02a3f2a48824f8b8c749098c0457a272b0984592f",
        ),
        (
            "tally.placement",
            (ONE, TWO, DAY, date(2023, 11, 13)),
            "2424e012d2b34bb524f2e98bf5faf681901ef338a88a6959d94da882bbff97d7",
            "6d6b12bacaa8f596ca5f2d731dc9e7bab33750934c7a5da1f08c5f1dbef79de1",
        ),
    ],
)
def test_what_was_counted_is_known_again(tag: str, content: tuple[object, ...], first: str, now: str) -> None:
    assert ledger.content_hash(tag, content) == now
    assert ledger.is_content(first, tag, content)
    assert ledger.is_content(now, tag, content)
    assert not ledger.is_content(now, tag, (TWO, *content[1:]))


def test_an_amount_of_one_leaves_the_hash_as_it_was() -> None:
    fact = FactInput("test.times", ONE, ONE, DAY, DAY, 2, unit_id=TWO)
    assert fact.content == (ONE, 0, TWO, DAY, DAY, 2)
    assert fact._replace(amount=250).content == (ONE, 0, TWO, DAY, DAY, 2, 250)


def test_a_frozen_set_of_entries_has_the_hash_it_had() -> None:
    row = (7, ONE, 3, 9, DAY, date(2023, 11, 11), DAY, 2, 1, "", None, "support.help", TWO, None)
    assert snapshots.hash_of_entries([row, row]) == "70134619f093342ee3ff2ff66b7e357320106896f862b96e203ecb76d7ea5df5"
