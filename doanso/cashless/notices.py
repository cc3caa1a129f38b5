"""What this app tells people about; each kind of notification has one function, and nothing else notifies."""

from doanso.cashless.models import CodeAlarm, CodeChange


def tell_code_alarm(alarm: CodeAlarm) -> None:
    """Tell the shop's unit that a displayed code names another account, or that an owner objects."""


def forget_code_alarm(alarm: CodeAlarm) -> None:
    """Take the notice back: the alarm is settled."""


def tell_code_change(change: CodeChange) -> None:
    """Tell the shop's unit that a change of a code waits for a second officer."""


def forget_code_change(change: CodeChange) -> None:
    """Take the notice back: the change is decided."""
