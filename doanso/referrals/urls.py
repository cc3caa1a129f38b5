from django.urls import URLPattern, URLResolver, path

from doanso.referrals.views import invitations, members

app_name = "referrals"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", members.me, name="me"),
    path("referrals/", members.referral_list, name="list"),
    path("referrals/<uuid:member_id>/", members.member, name="member"),
    path("referrals/<uuid:member_id>/<slug:slot>/open/", members.open_slot, name="open-slot"),
    path("referrals/<uuid:member_id>/<slug:slot>/record/", members.record_guided_person, name="record"),
    path("g/", invitations.enter_code, name="invitation-code"),
    path("g/<slug:link>/", invitations.invitation, name="invitation"),
]
