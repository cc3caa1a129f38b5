"""A child process that ends with its parent, however the parent ended. Standard library only."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""


def end_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Have the kernel send a signal to this process when `parent`, the id of the process that started it, ends.

    Called in the child. Only Linux has this; elsewhere nothing happens, and a parent that is killed leaves its children. A
    child inherits no such request from its own parent, so each process must make its own.
    """
    if not sys.platform.startswith("linux"):
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        # The parent ended before the request was made.
        os.kill(os.getpid(), number)
