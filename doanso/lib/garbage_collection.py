"""Tuning of Python's cyclic garbage collector."""

import gc


def collect_rarely(young: int = 50_000) -> None:
    """Freeze the objects loaded so far and collect cycles less often.

    A process that has loaded the product holds some half a million permanent objects. A batch of records makes and drops a
    hundred thousand more, nearly all freed by their reference counts; collections at Python's default rate cost 3 % of its
    time. Garbage cycles stay longer: up to `young` objects before the youngest generation is collected, and a hundred times as
    many before all are.
    """
    gc.freeze()
    gc.set_threshold(young, 10, 10)
