from django.urls import URLPattern, URLResolver, path

from doanso.organisation.views import changes, new_units, unit_lists

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("organisation/", changes.change_list, name="list"),
    path("organisation/changes/<uuid:change_id>/", changes.change, name="change"),
    path("organisation/changes/<uuid:change_id>/undo/", changes.undo, name="undo"),
    path("organisation/units/new/", new_units.create, name="create_unit"),
    path("organisation/units/import/", unit_lists.upload, name="import_units"),
    path("organisation/units/import/<uuid:list_id>/", unit_lists.unit_list, name="unit_list"),
    path("organisation/units/import/<uuid:list_id>/faults.xlsx", unit_lists.faults, name="unit_list_faults"),
    path("organisation/units/template.xlsx", unit_lists.template, name="unit_template"),
    path("organisation/units/export.xlsx", unit_lists.export, name="unit_export"),
    path("organisation/<slug:kind_code>/", changes.plan_change, name="plan"),
]
