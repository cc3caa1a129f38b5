from django.urls import URLPattern, URLResolver, path

from doanso.members.views import absences, memberships, reversal

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("members/", memberships.member_list, name="list"),
    path("members/new/", memberships.admit, name="admit"),
    path("members/export/", memberships.export, name="export"),
    path("members/<uuid:member_id>/", memberships.member, name="member"),
    path("members/<uuid:member_id>/taking-part/", memberships.participation, name="participation"),
    path("members/<uuid:member_id>/change/", memberships.change, name="change"),
    path("members/<uuid:member_id>/transfer/", memberships.transfer, name="transfer"),
    path("members/<uuid:member_id>/end/", memberships.end, name="end"),
    path("members/<uuid:member_id>/end/take-back/", reversal.take_back_ending, name="take_back_ending"),
    path("members/<uuid:member_id>/transfer/take-back/", reversal.take_back_transfer, name="take_back_transfer"),
    path("members/<uuid:member_id>/absence/", absences.absence, name="absence"),
    path("members/<uuid:member_id>/absence/<uuid:absence_id>/end/", absences.end_absence, name="end_absence"),
    path(
        "members/<uuid:member_id>/absence/<uuid:absence_id>/take-back/",
        absences.take_back_absence,
        name="take_back_absence",
    ),
    path("members/<uuid:member_id>/exempt/", absences.exempt, name="exempt"),
    path("members/<uuid:member_id>/exempt/<uuid:exemption_id>/end/", absences.end_exemption, name="end_exemption"),
    path(
        "members/<uuid:member_id>/exempt/<uuid:exemption_id>/take-back/",
        absences.take_back_exemption,
        name="take_back_exemption",
    ),
    path("members/<uuid:member_id>/post/", memberships.post, name="post"),
    path("members/<uuid:member_id>/post/<uuid:post_id>/end/", memberships.end_post, name="end_post"),
    path("members/<uuid:member_id>/post/<uuid:post_id>/take-back/", reversal.take_back_post, name="take_back_post"),
    path(
        "members/<uuid:member_id>/post/<uuid:post_id>/end/take-back/",
        reversal.take_back_post_end,
        name="take_back_post_end",
    ),
]
