"""Why an action with a file was not done, on the form that asked for it."""

from collections.abc import Mapping
from types import TracebackType

from django import forms

from doanso.files.problems import Unavailable
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


class FormRefusals:
    """Shows on a form why the enclosed action was refused, or that the store of files does not answer.

    The latter is shown at `file_field`, or above a form without one. The block ends with the answer to success; what comes
    after it shows the form again. `field_names` maps a field of the action to the form's where their names differ.
    """

    def __init__(
        self, form: forms.Form, *, file_field: str | None = None, field_names: Mapping[str, str] | None = None
    ) -> None:
        self._form, self._file_field, self._field_names = form, file_field, field_names

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if isinstance(error, Refused):
            add_refusal(self._form, error, self._field_names)
        elif isinstance(error, Unavailable):
            self._form.add_error(self._file_field, error.problem.message)
        else:
            return False
        return True
