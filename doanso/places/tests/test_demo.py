"""The demo's streets and markets on the small tree: each ends where its story says."""

from datetime import date

from doanso.ledger import queries as ledger
from doanso.lib import clock
from doanso.places import demo, queries
from doanso.places.models import Place
from doanso.places.tests.conftest import FILE
from doanso.targets.actions import load_programme
from doanso.testing import TODAY, Tree


def test_the_demo_has_recognised_places_and_places_to_work_on(tree: Tree) -> None:
    programme = load_programme(actor=tree.dung, path=FILE)
    wards = [(tree.units["p4"], tree.an), (tree.units["p5"], tree.chi)]
    options = {"city": tree.units["my-tho"], "officer": tree.dung, "administrator": tree.giang, "printed": "p4"}
    for day, action in sorted(demo.year(wards, until=TODAY, **options), key=lambda dated: dated[0]):
        clock.set_today(day)
        action()
    clock.set_today(TODAY)
    places = {place.name: place for place in Place.objects.select_related("unit", "criteria_set")}
    judged = {name: [each.passed for each in queries.judge_place(place, TODAY)] for name, place in places.items()}
    assert {name: (place.state, sum(judged[name]), len(judged[name])) for name, place in places.items()} == {
        "Đường Lê Lợi": ("recognised", 9, 9),
        "Đường Trưng Trắc": ("in-progress", 6, 9),
        "Chợ Mỹ Tho": ("recognised", 8, 8),
        "Chợ Vòng Nhỏ": ("preparing", 0, 8),
    }
    unit_ids = [tree.units["my-tho"].pk]
    shown = ledger.figures(book=programme.book, unit_ids=unit_ids, on=date(2023, 12, 31))
    totals = {measure: figure.total for (_unit, measure), figure in shown.items()}
    codes = {code: programme.indicators.get(code=code).numerator for code in ("digital-streets", "cashless-markets")}
    assert {code: totals[measure] for code, measure in codes.items()} == {"digital-streets": 1, "cashless-markets": 1}
