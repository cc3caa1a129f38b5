from django.urls import URLPattern, URLResolver, path

from doanso.search import views

app_name = "search"
urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.search, name="search"),
    path("search/results/", views.results, name="results"),
    path("pins/", views.pins, name="pins"),
]
