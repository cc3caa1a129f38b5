from django.urls import path

from doanso.assignments import views

app_name = "assignments"
urlpatterns = [
    path("assignments/", views.assignments, name="list"),
    path("assignments/<uuid:assignment_id>/", views.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/take-over/", views.take_over, name="take-over"),
    path("assignments/<uuid:assignment_id>/hand-over/", views.hand_over, name="hand-over"),
    path("assignments/<uuid:assignment_id>/postpone/", views.postpone, name="postpone"),
    path("assignments/<uuid:assignment_id>/tell/", views.report, name="report"),
    path("assignments/<uuid:assignment_id>/settle/", views.complete, name="settle"),
]
