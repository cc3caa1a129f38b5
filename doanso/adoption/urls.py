from django.urls import URLPattern, URLResolver, path

from doanso.adoption import views
from doanso.adoption.views import declarations, link, links, own, unit

app_name = "adoption"
urlpatterns: list[URLPattern | URLResolver] = [
    path("attest/", views.attest, name="attest"),
    path("attest/<uuid:draw>/", views.draw, name="draw"),
    path("attest/<uuid:draw>/open/<uuid:person>/", views.open_drawn, name="open-drawn"),
    path("attest/<uuid:draw>/confirm/", views.confirm_draw, name="confirm-draw"),
    path("declarations/", declarations.declarations, name="declarations"),
    path("declarations/return/", declarations.return_declarations, name="return-declarations"),
    path("declarations/<uuid:declaration>/attest/", declarations.attest_declaration, name="attest-declaration"),
    path("declare-links/", links.make_links, name="make-links"),
    path("d/", link.thanks, name="link-thanks"),
    path("d/<str:token>/", link.link, name="link"),
    path("d/<str:token>/<slug:service>/", link.link_service, name="link-service"),
    path("adoption/", unit.redirect_to_services, name="overview"),
    path("units/<slug:code>/services/", unit.unit_services, name="unit"),
    path("units/<slug:code>/difficulties/", unit.difficulties, name="difficulties"),
    path("units/<slug:code>/still-using/", unit.still_using, name="still-using"),
    path("difficulties/<uuid:difficulty>/helped/", unit.mark_helped, name="mark-helped"),
    path("my-services/", own.own_page, name="own"),
    path("my-services/<slug:service>/", own.own_service, name="own-service"),
    path("members/<uuid:member>/services/", views.services, name="services"),
    path("members/<uuid:member>/services/<uuid:usage>/take-back/", views.take_back, name="take-back"),
    path("members/<uuid:member>/services/<uuid:usage>/grade/", views.raise_grade, name="raise-grade"),
]
