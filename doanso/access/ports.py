"""Registries for the apps above: their permissions with the sentence that history shows for each, and probes of what waits.

A role that names an unknown permission, and a permission or a probe registered twice, fail at start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class VerbSentence:
    """The past-tense sentence of a permission in history ("đã thêm đoàn viên"), without names, and words for its fields."""

    name: str
    sentence: str | Promise
    fields: Mapping[str, str | Promise] = field(default_factory=dict)


_verbs: dict[str, VerbSentence] = {}


def register_verb(name: str, sentence: str | Promise, *, fields: Mapping[str, str | Promise] | None = None) -> None:
    """Register a permission; called once in the owner's `AppConfig.ready`.

    `fields` gives the words for changed fields that history may name ("họ tên"); others are not named.
    """
    if name in _verbs:
        raise RuntimeError(f"Verb {name!r} is registered twice.")
    _verbs[name] = VerbSentence(name, sentence, fields or {})


def verb_sentence(name: str, changed: Sequence[str] = ()) -> str:
    """Return what history shows: the permission's sentence, then the fields it has words for.

    For a permission that no app registers any more it is the bare name.
    """
    registered = _verbs.get(name)
    if registered is None:
        return name
    words = [str(registered.fields[field_name]) for field_name in changed if field_name in registered.fields]
    return f"{registered.sentence}: {', '.join(words)}" if words else str(registered.sentence)


def verb_names() -> set[str]:
    """Return all registered permissions."""
    return set(_verbs)


type CountUpTo = Callable[[int], int]

_probes: dict[str, tuple[str | Promise, CountUpTo]] = {}


def register_probe(name: str, label: str | Promise, count: CountUpTo) -> None:
    """Register what administration shows as waiting; called once in the owner's `AppConfig.ready`.

    `count` gets the limit up to which it counts and must stop there, because it is called while something may be wrong.
    """
    if name in _probes:
        raise RuntimeError(f"Probe {name!r} is registered twice.")
    _probes[name] = (label, count)


def probe(limit: int) -> list[tuple[str, int]]:
    """Return how many items of each kind wait, counted up to the limit."""
    return [(str(label), count(limit)) for label, count in _probes.values()]
