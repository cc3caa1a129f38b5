"""The notice on pages of a demo that is served before it is complete."""

import json
from datetime import date

import pytest

from doanso.home.growth import Growth, demo_growth

pytestmark = pytest.mark.django_db

ADDRESS = "/growing/"


@pytest.fixture
def write_growth(settings, tmp_path, business_day):
    """A demo that grows until 12 November and has reached 7 March."""
    settings.DEMO, settings.DATA = True, tmp_path
    business_day(date(2023, 3, 7))

    def tell(*, stopped=False):
        (tmp_path / "growing.json").write_text(json.dumps({"until": "2023-11-12", "stopped": stopped}))

    return tell


def test_the_notice_tells_how_far_and_asks_again_until_the_year_stands(write_growth, tree, client, tmp_path):
    client.force_login(tree.hanh)
    write_growth()

    page = client.get("/units/p4/dashboard/", follow=True).content.decode()
    assert 'hx-get="/growing/" hx-trigger="every 3s"' in page
    notice = client.get(ADDRESS).content.decode()
    assert "đã đến ngày 07/03/2023, sẽ đến ngày 12/11/2023" in notice
    assert demo_growth() == Growth(date(2023, 3, 7), date(2023, 11, 12))

    (tmp_path / "growing.json").unlink()
    assert client.get(ADDRESS).content.decode().strip() == ""
    assert demo_growth() is None


def test_one_that_stopped_says_what_to_do_and_asks_no_more(write_growth, tree, client):
    client.force_login(tree.an)
    write_growth(stopped=True)

    notice = client.get(ADDRESS).content.decode()

    assert "đã ngừng dựng ở ngày 07/03/2023" in notice
    assert "hx-get" not in notice


def test_outside_a_demo_nothing_is_read(write_growth, settings):
    write_growth()
    settings.DEMO = False

    assert demo_growth() is None
