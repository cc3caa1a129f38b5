"""Refusals of actions: problems with a stable code and a translated message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why something cannot be done.

    `code` is stable and never reused; `message` is the translated sentence for people; `field` names the form
    field or column it is about, when there is one.
    """

    code: str
    message: str
    field: str = ""


class Refused(Exception):
    """An action was refused; nothing of it was written."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.message}")
        self.problem = problem


def refuse(problem: Problem | None) -> None:
    """Raise `Refused` if a rule returned a problem."""
    if problem is not None:
        raise Refused(problem)
