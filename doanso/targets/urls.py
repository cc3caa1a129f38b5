from django.urls import URLPattern, URLResolver, path

from doanso.targets.views import cascade, lists, pages, reminders

app_name = "targets"
_UNIT = "programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/<slug:programme>/cascade/", cascade.cascade, name="cascade"),
    path("units/<slug:code>/sizes/", lists.sizes, name="sizes"),
    path("programmes/<slug:programme>/indicators/", pages.indicators, name="indicators"),
    path("programmes/<slug:programme>/indicators/<slug:indicator>/", pages.indicator, name="indicator"),
    path(_UNIT, pages.indicator, name="indicator"),
    path(f"{_UNIT}allocate/", cascade.allocate, name="allocate"),
    path(f"{_UNIT}answer/", cascade.answer, name="answer"),
    path(f"{_UNIT}settle/<slug:child>/", cascade.settle_target, name="settle"),
    path(f"{_UNIT}remind/", reminders.remind, name="remind"),
    path(f"{_UNIT}freeze/", lists.freeze, name="freeze"),
    path(f"{_UNIT}frozen/<uuid:kept>/", lists.frozen, name="frozen"),
]
