"""Long writing on SQLite gets room for pages, and gives it back."""

import pytest
from django.db import connection

from doanso.lib import database


def _room() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        return int(cursor.fetchone()[0])


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_the_room_is_given_back_also_after_a_failure() -> None:
    usual = _room()

    def fail() -> None:
        with database.wide_cache():
            assert _room() < usual  # negative: in KB, not in pages
            raise ValueError("given up")

    with pytest.raises(ValueError, match="given up"):
        fail()
    assert _room() == usual
