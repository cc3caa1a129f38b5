from django.urls import URLPattern, URLResolver, path

from doanso.members import views, views_leave, views_take_back

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("members/", views.member_list, name="list"),
    path("members/new/", views.admit, name="admit"),
    path("members/export/", views.export, name="export"),
    path("members/<uuid:member_id>/", views.member, name="member"),
    path("members/<uuid:member_id>/change/", views.change, name="change"),
    path("members/<uuid:member_id>/transfer/", views.transfer, name="transfer"),
    path("members/<uuid:member_id>/end/", views.end, name="end"),
    path("members/<uuid:member_id>/end/take-back/", views_take_back.ending, name="take_back_ending"),
    path("members/<uuid:member_id>/transfer/take-back/", views_take_back.transfer, name="take_back_transfer"),
    path("members/<uuid:member_id>/absence/", views_leave.absence, name="absence"),
    path("members/<uuid:member_id>/absence/<uuid:absence_id>/end/", views_leave.end_absence, name="end_absence"),
    path(
        "members/<uuid:member_id>/absence/<uuid:absence_id>/take-back/",
        views_leave.take_back_absence,
        name="take_back_absence",
    ),
    path("members/<uuid:member_id>/exempt/", views_leave.exempt, name="exempt"),
    path("members/<uuid:member_id>/exempt/<uuid:exemption_id>/end/", views_leave.end_exemption, name="end_exemption"),
    path(
        "members/<uuid:member_id>/exempt/<uuid:exemption_id>/take-back/",
        views_leave.take_back_exemption,
        name="take_back_exemption",
    ),
    path("members/<uuid:member_id>/post/", views.post, name="post"),
    path("members/<uuid:member_id>/post/<uuid:post_id>/end/", views.end_post, name="end_post"),
    path("members/<uuid:member_id>/post/<uuid:post_id>/take-back/", views_take_back.post, name="take_back_post"),
    path(
        "members/<uuid:member_id>/post/<uuid:post_id>/end/take-back/",
        views_take_back.post_end,
        name="take_back_post_end",
    ),
]
