"""How often Python looks for rings of objects that nothing else reaches."""

import gc


def collect_rarely() -> None:
    """Leave what is loaded by now out of the search for good, and begin a search less often.

    A process that has loaded the product holds some half a million objects which stay. A batch of records makes and drops
    a hundred thousand more, nearly all of which go by themselves; searched at Python's own pace they cost 3 % of its time.
    What rings are left lie about for a while: fifty thousand objects at most before the youngest are looked through, and a
    hundred times as many before all are.
    """
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
