from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "doanso.events"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.documents.ports import register_document_listener
        from doanso.events import (
            assignment_kinds,
            families,
            history_objects,
            inbox,
            navigation,
            notices,
            panels,
            personal,
            search,
            sources,
        )
        from doanso.events.actions.closing import ReportListener
        from doanso.events.certificate_pages import certificate_address, match_certificate
        from doanso.events.field_words import FIELDS
        from doanso.events.queries.pack import events_part
        from doanso.events.records.check_ins import CheckInKind
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.outreach.ports import register_pack_part
        from doanso.partners.ports import partner_panels
        from doanso.people.ports import register_personal_records
        from doanso.signing.ports import register_code_page
        from doanso.sync.ports import register_record_kind

        for name, sentence in (
            ("events.view", _("looked at events")),
            ("events.manage", _("kept events")),
            ("events.create", _("set up an event")),
            ("events.repeat", _("set up an event again from that of an earlier year")),
            ("events.change", _("changed an event")),
            ("events.open", _("announced an event")),
            ("events.move", _("moved an event")),
            ("events.postpone", _("postponed an event")),
            ("events.cancel", _("cancelled an event")),
            ("events.add_part", _("added to an event")),
            ("events.change_part", _("changed a part of an event")),
            ("events.remove_part", _("removed from an event")),
            ("events.add_volunteer", _("put somebody on duty at an event")),
            ("events.remove_volunteer", _("took somebody off duty at an event")),
            ("events.register", _("registered for an event")),
            ("events.cancel_registration", _("cancelled a ticket of an event")),
            ("events.make_code", _("made the code of a booth's shift")),
            ("events.end_code", _("ended the code of a booth's shift")),
            ("events.stamp", _("recorded at a booth what was done for a visitor")),
            ("events.undo_stamp", _("took back a record of a booth")),
            ("events.confirm_stamp", _("confirmed what a booth had recorded")),
            ("events.deny_stamp", _("denied what a booth had recorded")),
            ("events.withdraw_denial", _("took back the denial of what a booth had recorded")),
            ("events.report_booth", _("reported totals of a booth")),
            ("events.write_closing", _("wrote about a held event")),
            ("events.draft_report", _("drafted the report of an event")),
            ("events.close", _("closed an event with its issued report")),
            ("events.reopen", _("took back that an event was held, its report being withdrawn")),
            ("events.give_certificate", _("got a certificate of attendance")),
            ("events.export_certificates", _("downloaded the certificates of attendance")),
            ("events.give_certificates", _("made the certificates of attendance")),
            ("events.export", _("downloaded the participants of an event")),
            ("events.check_in", _("checked a ticket in")),
            ("events.undo_check_in", _("took back a check-in")),
            ("events.make_tickets", _("made tickets on paper for an event")),
            ("events.print_tickets", _("printed tickets of an event")),
            ("events.add_photo", _("added a photo of an event")),
            ("events.change_photo", _("changed a photo of an event")),
            ("events.take_down_photo", _("took down a photo of an event")),
            ("events.request_photo_removal", _("asked that a photo of an event be taken down")),
            ("events.keep_photo", _("kept a photo of an event that somebody asked to be taken down")),
            ("events.prepare_draw", _("prepared the draw of an event")),
            ("events.commit_draw", _("committed the draw of an event")),
            ("events.freeze_draw", _("froze the list of the draw of an event")),
            ("events.enter_draw_number", _("entered the public number of the draw of an event")),
            ("events.hold_draw", _("held the draw of an event")),
            ("events.redraw_prize", _("drew a prize of an event again")),
            ("events.deny_draw_number", _("stated that the public number of a draw did not come")),
            ("events.withdraw_draw", _("withdrew the draw of an event")),
            ("events.note_draw_minutes", _("noted the minutes of the draw of an event")),
        ):
            register_action(name, sentence, fields=FIELDS)
        register_navigation(navigation.TABS, navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)
        history_objects.register()
        assignment_kinds.register()
        notices.register()
        register_record_kind(CheckInKind())
        register_pack_part("events", events_part)
        register_personal_records("events", copy=personal.copy, erase=personal.erase)
        partner_panels.register("events.of-partner", "main", 30, panels.events_of_partner)
        register_family(families.HeldFamily())
        register_family_description(families.DESCRIPTION)
        register_source_page(families.CLOSING, sources.closing_lines)
        register_document_listener(ReportListener())
        register_code_page("events.certificate", certificate_address, match_certificate)
