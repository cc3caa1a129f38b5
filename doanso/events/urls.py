from django.urls import URLPattern, URLResolver, path

from doanso.events.views import events, lists, participants, parts, photos, public, shifts

app_name = "events"
_EVENT = "events/<uuid:event_id>/"
_SHIFT = "events/shifts/<uuid:shift_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", lists.event_list, name="list"),
    path("events/duty/", lists.duty, name="duty"),
    path("events/new/", events.new, name="new"),
    path(_EVENT, events.overview, name="event"),
    path(f"{_EVENT}edit/", events.edit, name="edit"),
    path(f"{_EVENT}open/", events.announce, name="open"),
    path(f"{_EVENT}move/", events.move, name="move"),
    path(f"{_EVENT}cancel/", events.cancel, name="cancel"),
    path(f"{_EVENT}booths/", parts.booths, name="booths"),
    path(f"{_EVENT}timetable/", parts.timetable, name="timetable"),
    path(f"{_EVENT}budget/", parts.budget, name="budget"),
    path(f"{_EVENT}parts/<slug:sort>/new/", parts.new, name="new-part"),
    path(f"{_EVENT}parts/<slug:sort>/<uuid:part_id>/", parts.edit, name="edit-part"),
    path(f"{_EVENT}parts/<slug:sort>/<uuid:part_id>/remove/", parts.remove, name="remove-part"),
    path(f"{_EVENT}shifts/", shifts.shift_list, name="shifts"),
    path(f"{_EVENT}shifts/new/", shifts.new, name="new-shift"),
    path(f"{_EVENT}shifts/<uuid:shift_id>/edit/", shifts.edit, name="edit-shift"),
    path(f"{_EVENT}shifts/<uuid:shift_id>/remove/", shifts.remove, name="remove-shift"),
    path(f"{_EVENT}participants/", participants.participants, name="participants"),
    path(f"{_EVENT}participants/export/", participants.export, name="export"),
    path(f"{_EVENT}participants/new/", participants.new, name="new-participant"),
    path(f"{_EVENT}participants/<uuid:registration_id>/cancel/", participants.cancel, name="cancel-registration"),
    path(_SHIFT, shifts.shift, name="shift"),
    path(f"{_SHIFT}volunteers/", shifts.add, name="add-volunteer"),
    path(f"{_SHIFT}volunteers/<uuid:volunteer_id>/remove/", shifts.take_out, name="remove-volunteer"),
    path(f"{_EVENT}photos/", photos.photo_list, name="photos"),
    path(f"{_EVENT}photos/new/", photos.new, name="new-photo"),
    path(f"{_EVENT}photos/<uuid:photo_id>/", photos.photo, name="photo"),
    path(f"{_EVENT}photos/<uuid:photo_id>/remove/", photos.take_down, name="take-down-photo"),
    path(f"{_EVENT}photos/<uuid:photo_id>/large/", photos.large, name="large-photo"),
    path(f"{_EVENT}photos/<uuid:photo_id>/small/", photos.small, name="small-photo"),
    path("e/", public.event_list, name="public-list"),
    path("e/<slug:slug>/", public.event, name="public-event"),
    path("e/<slug:slug>/join/", public.join, name="join"),
    path("t/<slug:link>/", public.ticket, name="ticket"),
    path("t/<slug:link>/cancel/", public.cancel, name="cancel-ticket"),
    path("e/<slug:slug>/event.ics", public.calendar, name="calendar"),
    path("e/<slug:slug>/photos/<uuid:photo_id>/", photos.public_photo, name="public-photo"),
    path("e/<slug:slug>/photos/<uuid:photo_id>/small/", photos.small_public_photo, name="small-public-photo"),
]
