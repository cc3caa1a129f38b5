"""What registers and checks contribute at start-up: sentences of history, list kinds, panels, records of persons."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register everything; called once at start-up."""
    from doanso.access.ports import register_action

    for name, sentence in (
        ("places.add_addresses", _("put doors into the house list")),
        ("places.remove_addresses", _("took doors out of the house list")),
        ("places.move_addresses", _("put doors into a segment")),
        ("places.put_stalls", _("brought stalls to the board's list")),
        ("places.close_stall", _("took a stall out of the market")),
        ("places.enter_survey", _("entered survey sheets")),
        ("places.record_check", _("recorded a check of a criterion")),
        ("places.correct_check", _("corrected a check of a criterion")),
    ):
        register_action(name, sentence, fields={"segments": _("segments")})
