"""How often Python looks for rings of objects that nothing else reaches."""

import gc


def collect_rarely() -> None:
    """Leave what is loaded by now out of the search for good, and begin a search less often.

    A process that has loaded the product holds some half a million objects which stay. A batch of records makes and drops
    a hundred thousand more, nearly all of which go by themselves; searched at Python's own pace they cost 3 % of its time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
