from django.urls import URLPattern, URLResolver, path

from doanso.targets import views

app_name = "targets"
urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/<slug:programme>/indicators/", views.indicators, name="indicators"),
    path("programmes/<slug:programme>/indicators/<slug:indicator>/", views.indicator, name="indicator"),
    path("programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/", views.indicator, name="indicator"),
]
