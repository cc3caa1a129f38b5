"""The ward's day, its visits and arranged visits, and the plan of a neighbourhood."""

from django.urls import URLPattern, path

from doanso.outreach.views import leads, visits

patterns: list[URLPattern] = [
    path("outreach/", leads.day, name="today"),
    path("outreach/visits/", visits.visit_list, name="visits"),
    path("outreach/visits/<uuid:visit_id>/", visits.visit, name="visit"),
    path("outreach/visits/<uuid:visit_id>/amend/", visits.amend, name="amend-visit"),
    path("outreach/visits/<uuid:visit_id>/take-back/", visits.take_back, name="take-back-visit"),
    path("outreach/visits/<uuid:visit_id>/photos/<uuid:photo_id>/", visits.photo, name="visit-photo"),
    path("outreach/follow-ups/", leads.follow_ups, name="follow-ups"),
    path("outreach/follow-ups/<uuid:door_id>/give/", leads.give, name="give-follow-up"),
    path("outreach/plan/", leads.plan, name="plan"),
]
