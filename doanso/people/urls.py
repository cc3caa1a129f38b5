from django.urls import URLPattern, URLResolver, path

from doanso.people import views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", views.people, name="people"),
    path("people/<uuid:contact_id>/", views.person, name="person"),
    path("people/<uuid:contact_id>/alike/", views.alike, name="alike"),
    path("people/<uuid:contact_id>/consent/", views.consent, name="consent"),
    path("people/<uuid:contact_id>/consent/withdraw/", views.withdraw, name="withdraw"),
    path("people/<uuid:contact_id>/request/", views.open_request, name="open-request"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:request_id>/", views.request, name="request"),
    path("requests/<uuid:request_id>/take/", views.take, name="take"),
    path("requests/<uuid:request_id>/extend/", views.extend, name="extend"),
    path("requests/<uuid:request_id>/decline/", views.decline, name="decline"),
    path("requests/<uuid:request_id>/settle/", views.resolve, name="settle"),
    path("requests/<uuid:request_id>/erase/", views.erase, name="erase"),
    path("requests/<uuid:request_id>/copy/", views.copy, name="copy"),
    path("duplicates/", views.pairs, name="pairs"),
    path("duplicates/<uuid:pair_id>/", views.pair, name="pair"),
    path("duplicates/<uuid:pair_id>/undo/", views.undo, name="undo"),
]
