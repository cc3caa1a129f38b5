from django.urls import URLPattern, URLResolver, path

from doanso.adoption import views

app_name = "adoption"
urlpatterns: list[URLPattern | URLResolver] = [
    path("attest/", views.attest, name="attest"),
    path("attest/<uuid:draw>/", views.draw, name="draw"),
    path("attest/<uuid:draw>/open/<uuid:person>/", views.open_drawn, name="open-drawn"),
    path("attest/<uuid:draw>/confirm/", views.confirm_draw, name="confirm-draw"),
    path("my-services/", views.own, name="own"),
    path("members/<uuid:member>/services/", views.services, name="services"),
    path("members/<uuid:member>/services/<uuid:usage>/take-back/", views.take_back, name="take-back"),
    path("members/<uuid:member>/services/<uuid:usage>/grade/", views.raise_grade, name="raise-grade"),
]
