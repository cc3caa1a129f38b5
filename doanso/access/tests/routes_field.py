"""Makers for the addresses of phones, teams, drives, visits, 1+2 and shops; see `routes`."""

from datetime import timedelta
from typing import Any

from django.test import Client

from doanso.access.tests.scene import Maker, Scene
from doanso.cashless.models import CodeAlarm
from doanso.cashless.tests.example import example_shop
from doanso.lib import clock
from doanso.outreach import card_keys
from doanso.outreach.models import Body, Card, Team, Teammate
from doanso.referrals.models import ReferralSlot
from doanso.referrals.slot_keys import put_new_keys
from doanso.testing import TREE_BEGAN
from doanso.units.models import Unit


def _place(scene: Scene, unit: Unit) -> Any:
    slot = ReferralSlot(
        member=scene.member(unit), unit=unit, kind="friend", made_at=clock.now(), made_on=clock.today(),
        expires_on=clock.today() + timedelta(days=1),
    )  # fmt: skip
    slot.person = slot.member.person
    keys = put_new_keys(slot, None)
    slot.save(force_insert=True)
    return slot, keys


def _one_two(scene: Scene, unit: Unit) -> dict[str, Any]:
    slot, _keys = _place(scene, unit)
    return {"member_id": slot.member_id, "slot": "friend"}


def _invitation(scene: Scene, unit: Unit) -> dict[str, Any]:
    _slot, keys = _place(scene, unit)
    return {"link": keys.link}


def _phone_record(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"seq": scene.phone_record(unit).pk}


def _phone(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"device_id": scene.phone(unit).pk}


def _photo(scene: Scene, unit: Unit) -> dict[str, Any]:
    photo = scene.photo(unit)
    return {"visit_id": photo.subject, "photo_id": photo.pk}


def _mate(_scene: Scene, unit: Unit) -> dict[str, Any]:
    team = Team.objects.create(unit=unit, name="Tổ 1", since=TREE_BEGAN)
    mate = Teammate.objects.create(
        team=team, unit=unit, name="Lê Văn Ba", sort_key="b", kind="official", body=Body.FRONT, since=TREE_BEGAN
    )
    return {"team_id": team.pk, "mate_id": mate.pk}


def _scanned(scene: Scene, unit: Unit) -> dict[str, Any]:
    card = Card(
        teammate_id=_mate(scene, unit)["mate_id"], since=clock.today(), until=clock.today() + timedelta(days=9),
        issued_at=clock.now(), issued_by=scene.tree.giang,
    )  # fmt: skip
    keys = card_keys.put_new_keys(card)
    card.save(force_insert=True)
    return {"secret": keys.secret}


def _file(_scene: Scene, _unit: Unit) -> dict[str, Any]:
    return {"version": Client().get("/door/app.json").json()["version"], "path": "app.js"}


def _of_shop(name: str) -> Maker:
    """Return a maker of one argument of a shop's routes; nobody who asks is its author."""
    return lambda scene, unit: {name: example_shop(unit, scene.tree.minh)[name]}


def _change_to_approve(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A change of a shop whose alarm is settled: while one is open, nobody approves."""
    made = example_shop(unit, scene.tree.minh)
    settled = {"state": "settled", "outcome": "mistake", "settled_at": clock.now(), "settled_by": scene.tree.minh}
    CodeAlarm.objects.filter(pk=made["alarm_id"]).update(**settled)
    return {"code_change_id": made["code_change_id"]}


_SHOP, _CHANGE = "/shops/<uuid:business_id>/", "/shops/changes/<uuid:code_change_id>/"
_ALARM = "/shops/alarms/<uuid:alarm_id>/"

MAKERS: dict[str, Maker] = {
    **{f"{_SHOP}{rest}": _of_shop("business_id") for rest in ("", "check/", "code/", "code/end/")},
    **{f"{_CHANGE}{rest}/": _of_shop("code_change_id") for rest in ("refuse", "withdraw")},
    f"{_CHANGE}approve/": _change_to_approve,
    **{f"{_ALARM}{rest}": _of_shop("alarm_id") for rest in ("", "settle/")},
    f"{_ALARM}photos/": _of_shop("alarm_id"),
    **{f"/shops/alarms/photos/<uuid:alarm_photo_id>/{rest}": _of_shop("alarm_photo_id") for rest in ("", "erase/")},
    "/shops/checks/<uuid:check_id>/take-back/": _of_shop("check_id"),
    "/door/app/<str:version>/<path:path>": _file,
    "/sync/<int:seq>/": _phone_record,
    "/sync/devices/<uuid:device_id>/reinstate/": _phone,
    "/sync/devices/<uuid:device_id>/revoke/": _phone,
    "/outreach/follow-ups/<uuid:door_id>/give/": lambda scene, unit: {"door_id": scene.door(unit).pk},
    "/outreach/visits/<uuid:visit_id>/": lambda scene, unit: {"visit_id": scene.visit(unit).pk},
    "/outreach/visits/<uuid:visit_id>/amend/": lambda scene, unit: {"visit_id": scene.visit(unit).pk},
    "/outreach/visits/<uuid:visit_id>/take-back/": lambda scene, unit: {"visit_id": scene.visit(unit).pk},
    "/outreach/visits/<uuid:visit_id>/photos/<uuid:photo_id>/": _photo,
    "/teams/<uuid:team_id>/": _mate,
    "/teams/<uuid:team_id>/change/": _mate,
    "/teams/<uuid:team_id>/end/": _mate,
    "/teams/<uuid:team_id>/add/": _mate,
    "/teams/<uuid:team_id>/issue-cards/": _mate,
    "/teams/<uuid:team_id>/cards/": _mate,
    "/teams/people/<uuid:mate_id>/": _mate,
    "/teams/people/<uuid:mate_id>/change/": _mate,
    "/teams/people/<uuid:mate_id>/end/": _mate,
    "/teams/people/<uuid:mate_id>/issue-card/": _mate,
    "/teams/people/<uuid:mate_id>/sign-in/": _mate,
    "/teams/people/<uuid:mate_id>/card/": _mate,
    "/teams/people/<uuid:mate_id>/revoke-card/": _mate,
    "/teams/people/<uuid:mate_id>/take-sign-in/": _mate,
    "/c/<slug:secret>/": _scanned,
    "/referrals/<uuid:member_id>/": lambda scene, unit: {"member_id": scene.member(unit).pk},
    "/referrals/<uuid:member_id>/<slug:slot>/open/": _one_two,
    "/referrals/<uuid:member_id>/<slug:slot>/record/": _one_two,
    "/g/<slug:link>/": _invitation,
}
