from django.urls import URLPattern, URLResolver, path

from doanso.targets import views, views_cascade, views_lists

app_name = "targets"
_UNIT = "programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/<slug:programme>/cascade/", views_cascade.cascade, name="cascade"),
    path("units/<slug:code>/sizes/", views_lists.sizes, name="sizes"),
    path("programmes/<slug:programme>/indicators/", views.indicators, name="indicators"),
    path("programmes/<slug:programme>/indicators/<slug:indicator>/", views.indicator, name="indicator"),
    path(_UNIT, views.indicator, name="indicator"),
    path(f"{_UNIT}allocate/", views_cascade.allocate, name="allocate"),
    path(f"{_UNIT}answer/", views_cascade.answer, name="answer"),
    path(f"{_UNIT}settle/<slug:child>/", views_cascade.settle, name="settle"),
    path(f"{_UNIT}freeze/", views_lists.freeze, name="freeze"),
    path(f"{_UNIT}frozen/<uuid:kept>/", views_lists.frozen, name="frozen"),
]
