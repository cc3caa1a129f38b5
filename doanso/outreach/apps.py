from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "doanso.outreach"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.members.ports import participation_panels
        from doanso.outreach import anomaly_messages, inbox, navigation, panels, personal, search, sources
        from doanso.outreach.families import visits
        from doanso.outreach.ports import register_pack_part
        from doanso.outreach.queries.stands import stands_part
        from doanso.outreach.records import visits as records
        from doanso.outreach.records.doors import DoorKind
        from doanso.people.ports import register_personal_records
        from doanso.sync.ports import register_record_kind

        # Names of fields, as the history shows them.
        fields = {
            "name": _("name"),
            "neighbourhood": _("neighbourhood"),
            "decision_number": _("number of the decision"),
            "decided_on": _("day of the decision"),
            "decided_by": _("who decided"),
            "since": _("first day"),
            "until": _("last day"),
            "services": _("services"),
            "kind": _("youth or official"),
            "body": _("where from"),
            "is_head": _("head"),
            "training": _("training"),
            "goal": _("doors to reach"),
            "ended_at": _("end"),
            "gone_at": _("gone since"),
            "street": _("street"),
            "house_number": _("house number"),
            "happened_on": _("day of the visit"),
            "began": _("hour of coming"),
            "ended": _("hour of leaving"),
            "outcome": _("outcome"),
            "follow_up_on": _("day to come again"),
            "place": _("door"),
            "second": _("second of the pair"),
            "people": _("name or number of who was helped"),
            "helps": _("what was helped with"),
            "note": _("note"),
        }
        for name, sentence in (
            ("outreach.view", _("looked at visits")),
            ("outreach.record", _("recorded a visit")),
            ("outreach.change", _("put a visit right")),
            ("outreach.amend", _("put a visit right in the office")),
            ("outreach.take_back", _("took back a visit")),
            ("outreach.confirm", _("confirmed a visit as its second")),
            ("outreach.manage", _("said who goes where")),
            ("outreach.make_team", _("wrote down a community digital team")),
            ("outreach.change_team", _("changed the team")),
            ("outreach.end_team", _("ended the team")),
            ("outreach.add_teammate", _("put somebody into the team")),
            ("outreach.change_teammate", _("changed somebody of the team")),
            ("outreach.end_term", _("ended somebody's term in the team")),
            ("outreach.give_sign_in", _("gave somebody of the team a sign-in")),
            ("outreach.take_sign_in", _("took the sign-in from somebody of the team")),
            ("outreach.issue_card", _("issued a helper card")),
            ("outreach.revoke_card", _("revoked a helper card")),
            ("outreach.print_card", _("opened a helper card to print it")),
            ("outreach.make_drive", _("made a drive")),
            ("outreach.change_drive", _("changed the drive")),
            ("outreach.end_drive", _("ended the drive")),
            ("outreach.fill_drive", _("put doors into the drive")),
            ("outreach.drop_doors", _("took doors out of the drive")),
            ("outreach.take_doors", _("checked doors out")),
            ("outreach.give_back", _("gave the door back")),
            ("outreach.take_back_doors", _("took the door back")),
            ("outreach.assign_doors", _("gave the door to somebody")),
            ("outreach.hand_over_area", _("handed the door over to somebody else")),
            ("outreach.hand_on_area", _("gave all this person's doors to somebody else")),
            ("outreach.take_over_area", _("gave this person all doors of somebody else")),
            ("outreach.mark_gone", _("wrote down that the home or shop is gone")),
            ("outreach.put_right", _("put street and number right")),
        ):
            register_action(name, sentence, fields=fields)
        register_family(visits.VisitsFamily())
        register_family(visits.PairVisitsFamily())
        for description in visits.DESCRIPTIONS:
            register_family_description(description)
        for kind in (visits.VISIT, visits.PAIR):
            register_source_page(kind, sources.visit_lines)
        register_record_kind(DoorKind())
        register_record_kind(records.VisitKind())
        register_record_kind(records.ConfirmationKind())
        register_pack_part("stands", stands_part)
        anomaly_messages.register()
        participation_panels.register("outreach.visits", "side", 30, panels.visits_made)
        register_personal_records(
            "outreach",
            copy=personal.copy,
            erase=personal.erase,
            withdraw=personal.withdraw,
        )
        register_navigation(navigation.TABS, navigation.PAGES)
        register_search(search.PROVIDER)
        from doanso.outreach import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
