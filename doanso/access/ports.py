"""Verbs: every app above registers its own, with the sentence history shows for it.

A role that names an unknown verb, and a verb registered twice, fail at start.
"""

from collections.abc import Mapping, Sequence
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
