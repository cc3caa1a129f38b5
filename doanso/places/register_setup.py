"""What registers and checks contribute at start-up: sentences of history, list kinds, panels, records of persons."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register everything; called once at start-up."""
    from doanso.access.ports import register_action
    from doanso.imports.ports import register_list_kind
    from doanso.people.ports import register_personal_records
    from doanso.places import register_panels, register_personal
    from doanso.places.place_lists import AddressesList, StallsList
    from doanso.places.ports import register_survey_check
    from doanso.places.queries import readiness

    for name, sentence in (
        ("places.add_addresses", _("put doors into the house list")),
        ("places.remove_addresses", _("took doors out of the house list")),
        ("places.move_addresses", _("put doors into a segment")),
        ("places.put_stalls", _("brought stalls to the board's list")),
        ("places.close_stall", _("took a stall out of the market")),
        ("places.enter_survey", _("entered survey sheets")),
        ("places.record_check", _("recorded a check of a criterion")),
        ("places.correct_check", _("corrected a check of a criterion")),
        ("places.erase_evidence", _("erased a photo or paper of a check")),
    ):
        register_action(name, sentence, fields={"segments": _("segments")})
    register_list_kind(AddressesList())
    register_list_kind(StallsList())
    register_panels.register()
    register_survey_check(readiness.list_problem)
    register_personal_records("places.stalls", copy=register_personal.copy, erase=register_personal.erase)
