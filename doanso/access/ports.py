"""What apps above register here: their verbs, with the sentence history shows for each, and what waits in them.

A role that names an unknown verb, and a verb or a probe registered twice, fail at start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class VerbSentence:
    """The past-tense sentence of a verb in history ("đã thêm đoàn viên"), without names, and words for its fields."""

    name: str
    sentence: str | Promise
    fields: Mapping[str, str | Promise] = field(default_factory=dict)


_verbs: dict[str, VerbSentence] = {}


def register_verb(name: str, sentence: str | Promise, *, fields: Mapping[str, str | Promise] | None = None) -> None:
    """Called once per verb in the owner's `AppConfig.ready`.

    `fields` gives the words for changed fields that history may name ("họ tên"); others stay unnamed.
    """
    if name in _verbs:
        raise RuntimeError(f"Verb {name!r} is registered twice.")
    _verbs[name] = VerbSentence(name, sentence, fields or {})


def verb_sentence(name: str, changed: Sequence[str] = ()) -> str:
    """What history says: the verb's sentence, then the fields it has words for.

    The bare name for a verb of a room that no longer exists.
    """
    known = _verbs.get(name)
    if known is None:
        return name
    words = [str(known.fields[one]) for one in changed if one in known.fields]
    return f"{known.sentence}: {', '.join(words)}" if words else str(known.sentence)


def verb_names() -> set[str]:
    """All registered verbs."""
    return set(_verbs)


type CountUpTo = Callable[[int], int]

_probes: dict[str, tuple[str | Promise, CountUpTo]] = {}


def register_probe(name: str, label: str | Promise, count: CountUpTo) -> None:
    """Called once in the owner's `AppConfig.ready`: what administration shows as waiting.

    `count` gets the most it may count and must stop there; it is asked while something may be wrong.
    """
    if name in _probes:
        raise RuntimeError(f"Probe {name!r} is registered twice.")
    _probes[name] = (label, count)


def probe(limit: int) -> list[tuple[str, int]]:
    """How many wait of each kind, counted up to the limit."""
    return [(str(label), count(limit)) for label, count in _probes.values()]
