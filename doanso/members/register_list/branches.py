"""Search for the branch that a list means, whatever name it uses."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from doanso.lib import vietnamese
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit

_SHORT = {
    "kp": "khu pho",
    "k p": "khu pho",
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
}
_WARD = re.compile(r"(?:phuong|xa|thi tran) \S")
_BARE = re.compile(r"^(?:phuong|xa|thi tran) (?=[a-z])")
_GLUED = re.compile(r"^(kp|kv|ap|khom|p|x)\.?(\d+)$")


def branch_key(text: str) -> str:
    """Return one key for all spellings of a unit: "KP 01", "Khu phố 1" and "chi đoàn khu phố 1" have the same."""
    words = []
    for word in re.split(r"[\s.,;:()/_-]+", vietnamese.fold(text)):
        glued = _GLUED.match(word)
        parts = [glued[1], glued[2]] if glued else [word]
        for part in parts:
            if part.isdigit():
                words.append(str(int(part)))
            elif part:
                words.append(_SHORT.get(part, part))
    joined = " ".join(words)
    for prefix in ("chi doan co so ", "chi doan ", "cd "):
        if joined.startswith(prefix) and len(joined) > len(prefix):
            return joined.removeprefix(prefix)
    return joined


def ward_key(text: str) -> str:
    """Return one key for all spellings of a unit above branches: "Đoàn Phường 4", "P.4" and "Phường 4" have the same."""
    unit_key = branch_key(text)
    return unit_key.removeprefix("doan ") if unit_key.startswith("doan ") else unit_key


@dataclass(frozen=True, slots=True)
class BranchMatch:
    """The branch, or why there is none: nothing written, unknown (with the nearest name), or several."""

    branch: UUID | None = None
    problem: str = ""
    nearest: str = ""


class Branches:
    """The branches below one unit, indexed by the names that lists use."""

    def __init__(self, units: Iterable[NamedUnit], holders: Iterable[UUID], parents: dict[UUID, UUID]) -> None:
        by_id = {unit.id: unit for unit in units}
        self._holders = [by_id[unit_key] for unit_key in holders]
        self._by_key: dict[str, set[UUID]] = defaultdict(set)
        self._in_ward: dict[tuple[str, str], set[UUID]] = defaultdict(set)
        self._wards: set[str] = set()
        self.names = {unit.id: unit.name for unit in self._holders}
        self.undivided = {str(unit.id) for unit in self._holders if unit.unit.kind != UnitKind.BRANCH}
        self._cache: dict[tuple[str, str, str], BranchMatch] = {}
        for unit in self._holders:
            keys = {branch_key(unit.name), branch_key(unit.short_name), branch_key(unit.code)}
            above = by_id.get(parents.get(unit.id, unit.id))
            wards = set()
            while above is not None and above.id != unit.id:
                wards |= {ward_key(above.name), ward_key(above.short_name), ward_key(above.code)}
                ward = ward_key(above.short_name)
                # "KP 2, Mỹ Phong" as well as "KP 2, Phường Mỹ Phong"; a numbered ward is named with its kind.
                keys |= {f"{branch_key(unit.short_name)} {name}" for name in (ward, _BARE.sub("", ward))}
                parent = parents.get(above.id)
                above = by_id.get(parent) if parent is not None else None
            wards |= {ward_key(unit.name), ward_key(unit.short_name)}
            self._wards |= wards
            for unit_key in keys:
                self._by_key[unit_key].add(unit.id)
                for ward in wards:
                    self._in_ward[ward, unit_key].add(unit.id)
            # A unit without branches is also found by its ward's name: "Đoàn Văn phòng".
            self._by_key[ward_key(unit.name)].add(unit.id)

    def find(self, *, column: str, group: str, sheet: str, ward: str) -> BranchMatch:
        """Return the branch named in the row's own column, else by the group row above, else by the sheet."""
        if len(self._holders) == 1 and not column.strip() and self._may_be_in(ward):
            return BranchMatch(self._holders[0].id)
        query = (column.strip() or group.strip(), sheet, ward.strip())
        match = self._cache.get(query)
        if match is None:
            match = self._find(*query)
            self._cache[query] = match
        return match

    def _may_be_in(self, ward: str) -> bool:
        """Return whether the only branch of a unit may be in the ward that a row names."""
        above = self._ward(ward.strip())
        return not above or above in self._wards

    def _ward(self, ward_text: str) -> str:
        """Return the key of the ward that a cell names, including a ward outside this tree where the cell calls it one."""
        named = ward_key(ward_text)
        known_wards = [ward for ward in self._wards if ward and f"{named} ".startswith(f"{ward} ")]
        if known_wards:
            return max(known_wards, key=len)
        return named if _WARD.match(named) else ""

    def _find(self, named: str, sheet: str, ward: str) -> BranchMatch:
        above = self._ward(ward)
        name_key = branch_key(named or sheet)
        # A branch of the same name in another ward than the one named is another branch.
        candidates = self._in_ward.get((above, name_key), set()) if above else self._by_key.get(name_key, set())
        if not named:
            if not candidates and ward:
                candidates = self._by_key.get(ward_key(ward), set())
            if len(candidates) == 1:
                return BranchMatch(next(iter(candidates)))
            if ward and not above and not candidates:
                return BranchMatch(problem="branch_unknown", nearest=self._nearest(branch_key(ward)))
            return BranchMatch(problem="branch_missing")
        if len(candidates) > 1:
            in_sheet = candidates & self._in_ward.get((ward_key(sheet), name_key), set())
            candidates = in_sheet if len(in_sheet) == 1 else candidates
        if len(candidates) == 1:
            return BranchMatch(next(iter(candidates)))
        if candidates:
            return BranchMatch(problem="branch_ambiguous", nearest=named)
        return BranchMatch(problem="branch_unknown", nearest=self._nearest(name_key))

    def _nearest(self, name_key: str) -> str:
        keys = get_close_matches(name_key, list(self._by_key), n=1, cutoff=0.3)
        if not keys:
            return ""
        return self.names[min(self._by_key[keys[0]], key=lambda branch_id: self.names[branch_id])]
