"""Drives and their doors."""

from django.urls import URLPattern, path

from doanso.outreach.views import doors, drives

patterns: list[URLPattern] = [
    path("drives/", drives.drive_list, name="drives"),
    path("drives/new/", drives.new_drive, name="new-drive"),
    path("drives/<uuid:drive_id>/", drives.drive, name="drive"),
    path("drives/<uuid:drive_id>/change/", drives.change_drive, name="change-drive"),
    path("drives/<uuid:drive_id>/end/", drives.end_drive, name="end-drive"),
    path("drives/<uuid:drive_id>/fill/", drives.fill_drive, name="fill-drive"),
    path("drives/<uuid:drive_id>/add/", drives.add_door, name="add-door"),
    path("drives/<uuid:drive_id>/hand-over/", drives.hand_over, name="hand-over-area"),
    path("drives/<uuid:drive_id>/doors/", doors.door_list, name="doors"),
    path("drives/<uuid:drive_id>/print/", doors.paper, name="print-doors"),
]
