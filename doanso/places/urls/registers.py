"""Addresses of house lists, stall lists, survey sheets and checks."""

from django.urls import URLPattern, path

from doanso.places.views import addresses, checks, stalls, surveys

urlpatterns: list[URLPattern] = [
    path("places/<uuid:place_id>/addresses/", addresses.address_list, name="addresses"),
    path("places/<uuid:place_id>/addresses/add/", addresses.add, name="add-addresses"),
    path("places/<uuid:place_id>/addresses/new/", addresses.new, name="new-address"),
    path("places/<uuid:place_id>/addresses/change/", addresses.change_many, name="change-addresses"),
    path("places/<uuid:place_id>/addresses/<uuid:address_id>/", addresses.address, name="address"),
    path("places/<uuid:place_id>/stalls/", stalls.stall_list, name="stalls"),
    path("places/<uuid:place_id>/stalls/new/", stalls.new, name="new-stall"),
    path("places/<uuid:place_id>/stalls/<uuid:stall_id>/", stalls.stall, name="stall"),
    path("places/<uuid:place_id>/stalls/<uuid:stall_id>/trader/", stalls.change_trader, name="change-trader"),
    path("places/<uuid:place_id>/stalls/<uuid:stall_id>/close/", stalls.close, name="close-stall"),
    path("places/<uuid:place_id>/sheets/", surveys.survey, name="sheets"),
    path("places/<uuid:place_id>/sheets/print/", surveys.sheet, name="print-sheets"),
    path("places/<uuid:place_id>/checks/", checks.check_list, name="checks"),
    path("places/<uuid:place_id>/checks/new/<uuid:criterion_id>/", checks.new_check, name="new-check"),
    path("places/<uuid:place_id>/checks/<uuid:check_id>/correct/", checks.correct_check, name="correct-check"),
    path("places/<uuid:place_id>/checks/files/<uuid:file_id>/", checks.check_file, name="check-file"),
    path("places/<uuid:place_id>/checks/files/<uuid:file_id>/erase/", checks.erase_file, name="erase-check-file"),
]
