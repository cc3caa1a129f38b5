"""Keys of forms: a form that is sent twice, also at the same moment, makes one object.

The key becomes the object's id, so that the constraint of the table decides between two requests.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

FORM_USED = "form_used"
"""The code of the refusal of a form whose key has made something else already."""


def form_used_refusal() -> Refused:
    """Return the refusal of a form whose key has made something else already."""
    message = _(
        "This form was sent already, with other values, which were kept. If you mean another one, send it once more."
    )
    return Refused(Problem(FORM_USED, message))


def sent_before[M: Model](model: type[M], key: UUID | None, **belongs: object) -> M | None:
    """Return the object that a form with this key has made already; refuse a key that made something else.

    `belongs` are values that the object has if it is the same form sent twice.
    """
    existing = model._default_manager.filter(pk=key).first() if key is not None else None
    if existing is not None and any(getattr(existing, name) != value for name, value in belongs.items()):
        raise form_used_refusal()
    return existing


def save_once[T](*, save: Callable[[], T], known: Callable[[], T | None]) -> T:
    """Run `save` in a savepoint and return what it made, or what another request has made under the same key or name meanwhile.

    `known` returns that, or refuses. It has been asked before, and is asked again only where a constraint of the database
    refused to insert or to rename; where it returns None, that was another constraint, whose IntegrityError is raised.
    """
    try:
        with transaction.atomic():
            return save()
    except IntegrityError:
        existing = known()
        if existing is None:
            raise
        return existing
