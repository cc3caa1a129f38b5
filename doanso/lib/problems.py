"""A named refusal: what is wrong, in words that say what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why something cannot be done.

    `code` is stable and never reused; `message` is the translated sentence a person reads; `field` names the form
    field or column it is about, when there is one.
    """

    code: str
    message: str
    field: str = ""


class Refused(Exception):
    """A deed was refused; nothing of it was written."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.message}")
        self.problem = problem


def refuse(problem: Problem | None) -> None:
    """Refuse the deed if there is a problem: what a rule answers is asked for right where it must hold."""
    if problem is not None:
        raise Refused(problem)
