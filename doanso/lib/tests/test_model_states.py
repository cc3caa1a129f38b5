"""A model that a migration adds or changes is rendered alone, and found from the model that it points to."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from doanso.lib.model_states import new_models_alone


def _model(name: str, **fields: models.Field) -> ModelState:
    return ModelState("drawn", name, [("id", models.AutoField(primary_key=True)), *fields.items()])


def test_an_added_model_leaves_the_others_as_they_are():
    state = ProjectState()
    state.add_model(_model("Unit"))
    unit = state.apps.get_model("drawn", "unit")
    usual = ProjectState.reload_model

    with new_models_alone():
        state.add_model(_model("Member", unit=models.ForeignKey("drawn.Unit", models.PROTECT)))
        state.add_model(_model("Post", member=models.ForeignKey("drawn.Member", models.PROTECT)))
        assert state.apps.get_model("drawn", "unit") is unit
        member, post = state.apps.get_model("drawn", "member"), state.apps.get_model("drawn", "post")
        assert [relation.related_model for relation in unit._meta.related_objects] == [member]
        assert [relation.related_model for relation in member._meta.related_objects] == [post]
        state.add_field("drawn", "member", "card", models.CharField(max_length=5), True)

    assert ProjectState.reload_model is usual
    fresh = {name: state.apps.get_model("drawn", name) for name in ("unit", "member", "post")}
    assert (fresh["unit"], fresh["post"]) == (unit, post)
    assert fresh["member"] is not member
    assert fresh["member"]._meta.get_field("card").max_length == 5
    assert fresh["member"]._meta.get_field("unit").related_model is unit
