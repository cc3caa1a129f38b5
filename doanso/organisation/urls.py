from django.urls import URLPattern, URLResolver, path

from doanso.organisation.views import changes, new_units

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("organisation/", changes.change_list, name="list"),
    path("organisation/changes/<uuid:change_id>/", changes.change, name="change"),
    path("organisation/changes/<uuid:change_id>/undo/", changes.undo, name="undo"),
    path("organisation/units/new/", new_units.create, name="create_unit"),
    path("organisation/<slug:kind_code>/", changes.plan_change, name="plan"),
]
