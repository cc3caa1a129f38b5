"""Pages of incoming documents."""

from django.urls import path

from doanso.incoming import views

app_name = "incoming"

urlpatterns = [
    path("documents/arrivals/", views.arrivals, name="arrivals"),
    path("documents/arrivals/<uuid:arrival_id>/", views.arrival, name="arrival"),
    path("documents/arrivals/<uuid:arrival_id>/file/", views.arrival_file, name="arrival-file"),
    path("documents/arrivals/<uuid:arrival_id>/assign/", views.assign_arrival, name="assign-arrival"),
    path("documents/arrivals/<uuid:arrival_id>/settle/", views.complete_arrival, name="settle-arrival"),
    path("documents/arrivals/<uuid:arrival_id>/return/", views.return_arrival, name="return-arrival"),
    path("documents/received/<uuid:delivery_id>/take-in/", views.take_in_delivery, name="take-in-delivery"),
    path("units/<slug:code>/arrivals/new/", views.take_in, name="take-in"),
]
