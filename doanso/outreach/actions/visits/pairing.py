"""Who stood at a door: the two of each visit, what showed that they were there, and what does not."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem
from doanso.outreach.actions.cards import Checked, Proof, check_proofs
from doanso.outreach.actions.visits.coming import Coming
from doanso.outreach.actions.visits.helps import lock_words
from doanso.outreach.models import AwaitedConfirmation, How, Teammate, Visit
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.teams import words_problem
from doanso.outreach.rules.visits import Standing
from doanso.outreach.visit_payload import VisitPayload
from doanso.support.actions import Helper
from doanso.units.models import Unit


class Pairs:
    """Those who stood at the doors of one phone's visits."""

    def __init__(self, actor: User, unit: Unit, home: UUID, coming: Sequence[Coming]) -> None:
        self.actor, self.unit, self.home, self.coming = actor, unit, home, coming
        self.today = clock.today()

    def look_up(self) -> None:
        """Who is meant and who has given their word; read at once."""
        self.awaited = self._awaited()
        self.mates = self._mates()

    def judge(self, one: Coming) -> None:
        """Who stood there, as far as anything shows it."""
        one.first = self._first(one)
        self._second(one)

    def helper(self, one: Standing) -> Helper:
        """One of a pair as whoever helped."""
        mate = self.mates.get(one.teammate_id) if one.teammate_id is not None else None
        # Whether a teammate is the first already, was judged by more than the name.
        return Helper(one.name, one.kind, mate.member_id if mate is not None else None, apart=mate is not None)

    def helped_self_problem(self, one: Coming) -> Problem | None:
        """Why a guest can't have been helped: by name and year of birth one of the pair's own members.

        The phone asks where the names alone agree; two people may bear one name.
        """
        of_pair = [it for it in (one.first, one.second) if it is not None and it.teammate_id is not None]
        mates = [mate for it in of_pair if (mate := self.mates.get(it.teammate_id)) is not None]  # type: ignore[arg-type]
        born = [(mate.member.contact.name, mate.member.contact.birth_year) for mate in mates if mate.member is not None]
        for guest in one.told.guests:
            person = guest.person
            if person is not None and any(
                person.birth_year == year and vietnamese.may_be_one_name(person.name, name)
                for name, year in born
                if year
            ):
                message = _("Who helped and who was helped are one and the same; nobody helps themselves.")
                return Problem("helped_self", message, "people")
        return None

    def team_of(self, one: Standing) -> UUID | None:
        """The team they went with."""
        return self.mates[one.teammate_id].team_id if one.teammate_id is not None else None

    def _mates(self) -> dict[UUID, Teammate]:
        ids = {item.told.first_id for item in self.coming} | {
            item.told.second.teammate_id for item in self.coming if item.told.second is not None
        }
        ids |= {mate for mates in self.awaited.values() for mate in mates}
        ids.discard(None)
        holders = {self._holder(item).pk for item in self.coming}
        rows = Teammate.objects.filter(Q(pk__in=ids) | Q(user__in=holders), unit_id__in={self.home, self.unit.pk})
        return {item.pk: item for item in rows.select_related("member__person", "member__contact")}

    def _awaited(self) -> dict[UUID, list[UUID]]:
        """Who of a second one's own phone has confirmed these visits: before they came or, of one that is put right, since."""
        mates_by_visit: dict[UUID, list[UUID]] = {}
        open_ones = [item.record.record_id for item in self.coming if _may_be_confirmed(item.told)]
        if open_ones:
            lock_words(open_ones)
            rows = AwaitedConfirmation.objects.filter(visit_id__in=open_ones).order_by("told_at", "pk")
            for visit_id, mate_id in rows.values_list("visit_id", "teammate_id"):
                mates_by_visit.setdefault(visit_id, []).append(mate_id)
        changed = [item.record.record_id for item in self.coming if item.record.base]
        if changed:
            said = Visit.objects.filter(pk__in=changed, second_how=How.SIGN_IN, second__isnull=False)
            for visit_id, mate_id in said.values_list("pk", "second_id"):
                mates_by_visit.setdefault(visit_id, []).insert(0, mate_id)
        return mates_by_visit

    def _holder(self, one: Coming) -> User:
        """Who was there with the phone, whoever hands in what it has recorded."""
        return one.record.holder or self.actor

    def check_proofs(self) -> None:
        """Judge the proofs that the visits bring. Locks cards, which come before the names of whom they tell."""
        item_proofs = [
            (
                item,
                Proof(
                    second.teammate_id, second.how, second.proof, rules.counted_day(item.told.happened_on, self.today)
                ),
            )
            for item in self.coming
            if (second := item.told.second) is not None and second.how in {How.CARD, How.CODE}
        ]
        answers = (
            check_proofs(unit=Unit(pk=self.home), proofs=[proof for _one, proof in item_proofs]) if item_proofs else []
        )
        self.checked: dict[UUID, Checked] = {
            item.record.record_id: answer for (item, _proof), answer in zip(item_proofs, answers, strict=True)
        }

    def _first(self, one: Coming) -> Standing:
        holder = self._holder(one)
        mate = self.mates.get(one.told.first_id) if one.told.first_id is not None else None
        if mate is not None and mate.user_id == holder.pk:
            return Standing(mate.pk, mate.name, mate.kind, How.SIGN_IN)
        # Whoever holds the phone has signed in on it, in a team or not.
        mine = next((it for it in self.mates.values() if it.user_id == holder.pk and it.until is None), None)
        if mine is not None:
            return Standing(mine.pk, mine.name, mine.kind, How.SIGN_IN)
        return Standing(None, holder.display_name, rules.YOUTH, How.SIGN_IN)

    def _is_first(self, one: Coming, mate: Teammate) -> bool:
        """Whether this teammate is the human being who is the first already: by sign-in or as the same member."""
        first = self.mates.get(one.first.teammate_id) if one.first.teammate_id is not None else None
        users = {mate.user_id, mate.member.person.user_id if mate.member is not None else None}
        if mate.pk == one.first.teammate_id or self._holder(one).pk in users:
            return True
        return first is not None and first.member_id is not None and first.member_id == mate.member_id

    def _word_of(self, one: Coming, told: Teammate | None) -> Teammate | None:
        """Who has confirmed on a phone of their own: whoever is meant, of the team on that day, and not the first."""
        day = rules.counted_day(one.told.happened_on, self.today)
        for mate_id in self.awaited.get(one.record.record_id, ()):
            mate = self._mate(mate_id)
            if mate is None or told not in {None, mate} or self._is_first(one, mate):
                continue
            if mate.since <= day and (mate.until is None or day < mate.until):
                return mate
        return None

    def _second(self, one: Coming) -> None:
        mate_id, how, one.second_problem = self._shown(one)
        mate = self._mate(mate_id)
        told = one.told.second
        if (
            self._is_first(one, mate) or _may_be(mate, one.first.name)
            if mate is not None
            else told is not None and vietnamese.may_be_one_name(told.name, one.first.name)
        ):
            one.second_problem = one.second_problem or "same_person"
        how = How.NONE if one.second_problem else how
        if how == How.NONE and (word := self._word_of(one, mate)) is not None:
            mate, how, one.second_problem = word, How.SIGN_IN, ""
        if mate is not None:
            one.second = Standing(mate.pk, mate.name, mate.kind, how)
        elif told is not None and told.name:
            one.second = Standing(None, told.name, told.kind, how)
            one.problem = words_problem(told.name, "pair.second.name") or name_problem(told.name, "pair.second.name")

    def _shown(self, one: Coming) -> tuple[UUID | None, str, str]:
        """Who is meant as the second, how that was shown, and why it shows nothing."""
        told = one.told.second
        if told is None:
            return None, How.NONE, ""
        if told.how in {How.CARD, How.CODE}:
            answer = self.checked[one.record.record_id]
            return answer.teammate_id or told.teammate_id, told.how, answer.problem
        if told.how == How.SIGNATURE:
            one.signature = told.proof if rules.is_signature(told.proof) else ""
            return told.teammate_id, told.how, "" if one.signature else "signature_empty"
        # Signing in is shown by the other's own phone, in a word of its own.
        return told.teammate_id, How.NONE, ""

    def _mate(self, mate_id: UUID | None) -> Teammate | None:
        if mate_id is None:
            return None
        if mate_id not in self.mates:
            # Whose card it was the phone did not know.
            known_mates = Teammate.objects.filter(pk=mate_id, unit_id__in={self.home, self.unit.pk})
            mate = known_mates.select_related("member__person", "member__contact").first()
            if mate is None:
                return None
            self.mates[mate_id] = mate
        return self.mates[mate_id]


def _may_be(mate: Teammate, name: str) -> bool:
    """Whether a teammate of whom nothing but the name is known may be somebody of that name."""
    return mate.user_id is None and mate.member_id is None and vietnamese.may_be_one_name(mate.name, name)


def _may_be_confirmed(told: VisitPayload) -> bool:
    """Whether the second may still confirm on a phone of their own."""
    return told.second is None or told.second.how in {How.SIGN_IN, How.NONE}
