"""Verbs: every app above registers its own, with the sentence history shows for it.

A role that names an unknown verb, and a verb registered twice, fail at start.
"""


from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class VerbSentence:
    """The past-tense sentence of a verb in history ("đã thêm đoàn viên"), without names."""

    name: str
    sentence: str | Promise


_verbs: dict[str, VerbSentence] = {}


def register_verb(name: str, sentence: str | Promise) -> None:
    """Called once per verb in the owner's `AppConfig.ready`."""
    if name in _verbs:
        raise RuntimeError(f"Verb {name!r} is registered twice.")
    _verbs[name] = VerbSentence(name, sentence)


def verb_sentence(name: str) -> str:
    """The sentence of a verb; the bare name for a verb of a room that no longer exists."""
    known = _verbs.get(name)
    return str(known.sentence) if known else name


def verb_names() -> set[str]:
    """All registered verbs."""
    return set(_verbs)
