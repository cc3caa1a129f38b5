"""1+2: the member's own page, the unit's list, and the invitation without an account."""

from django.urls import URLPattern, path

from doanso.outreach.views import invitations, referrals

patterns: list[URLPattern] = [
    path("me/", referrals.me, name="me"),
    path("referrals/", referrals.referral_list, name="referrals"),
    path("referrals/<uuid:member_id>/", referrals.member, name="member"),
    path("referrals/<uuid:member_id>/<slug:slot>/open/", referrals.open_slot, name="open-slot"),
    path("referrals/<uuid:member_id>/<slug:slot>/record/", referrals.bring, name="bring"),
    path("g/", invitations.by_code, name="invitation-code"),
    path("g/<slug:link>/", invitations.invitation, name="invitation"),
]
