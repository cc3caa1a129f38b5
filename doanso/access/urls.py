"""Routes of units, rights, history, tokens, the user's own account, and administration."""

from django.urls import path

from doanso.access.views import invitations, pages, rights

app_name = "access"
urlpatterns = [
    path("units/", pages.unit_list, name="units"),
    path("units/<slug:code>/", pages.unit, name="unit"),
    path("units/<slug:code>/unmask/", pages.unmask, name="unmask"),
    path("history/", pages.history, name="history"),
    path("history/export/", pages.export_history, name="export-history"),
    path("history/<str:kind>/<uuid:pk>/", pages.object_history, name="object_history"),
    path("users/", rights.user_list, name="users"),
    path("users/grant/", rights.grant, name="grant"),
    path("users/invite/", invitations.invite, name="invite"),
    path("users/invitations/", invitations.invitation_list, name="invitations"),
    path("users/invitations/<uuid:pk>/anew/", invitations.issue_anew, name="issue_invitation_anew"),
    path("users/invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("i/<str:secret>/", invitations.invitation, name="invitation"),
    path("users/<uuid:pk>/", rights.user, name="user"),
    path("users/<uuid:pk>/code/", rights.reset_code, name="reset_code"),
    path("users/<uuid:pk>/open/", rights.set_open, name="set_open"),
    path("roles/<uuid:pk>/end/", rights.end_role, name="end_role"),
    path("tokens/", rights.tokens, name="tokens"),
    path("tokens/<uuid:pk>/revoke/", rights.revoke_token, name="revoke_token"),
    path("account/", rights.account, name="account"),
    path("administration/", rights.administration, name="administration"),
    path("administration/end/", rights.end_administration, name="end_administration"),
]
