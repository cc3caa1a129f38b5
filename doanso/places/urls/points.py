"""Addresses of public points, plates and public pages."""

from django.urls import URLPattern, path

from doanso.places.views import corrections, plans, plates, points, public

urlpatterns: list[URLPattern] = [
    path("places/<uuid:place_id>/points/", points.point_list, name="points"),
    path("places/<uuid:place_id>/points/new/", points.new, name="new-point"),
    path("places/<uuid:place_id>/plates/", plates.sheet, name="plates"),
    path("places/<uuid:place_id>/plates/printed/", plates.mark_printed, name="plates-printed"),
    path("places/<uuid:place_id>/plan/", plans.plan, name="plan"),
    path("places/<uuid:place_id>/page/", points.public_page, name="public-page"),
    path("places/points/<uuid:point_id>/", points.point, name="point"),
    path("places/points/<uuid:point_id>/change/", points.change, name="change-point"),
    path("places/points/<uuid:point_id>/remove/", points.remove, name="remove-point"),
    path("places/points/<uuid:point_id>/photo/", points.photo, name="point-photo"),
    path("places/points/<uuid:point_id>/check/", plates.check, name="check-plate"),
    path("places/points/checks/<uuid:check_id>/photo/", plates.photo, name="plate-photo"),
    path("places/plates/due/", plates.due, name="plates-due"),
    path("places/corrections/", corrections.correction_list, name="corrections"),
    path("places/corrections/<uuid:correction_id>/", corrections.correction, name="correction"),
    path("q/<slug:code>/", public.short_link, name="short-link"),
    path("s/", public.street_list, name="public-list"),
    path("s/answers/<slug:link>/", public.answer, name="public-answer"),
    path("s/<slug:slug>/", public.street, name="public-place"),
    path("s/<slug:slug>/wrong/", public.street_wrong, name="public-wrong"),
    path("s/<slug:slug>/<int:number>/", public.street_point, name="public-point"),
    path("s/<slug:slug>/<int:number>/photo/", public.street_photo, name="public-photo"),
    path("s/<slug:slug>/<int:number>/photo/small/", public.small_street_photo, name="public-small-photo"),
]
