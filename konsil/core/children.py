"""Child processes that never outlive us, whatever ends us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def dies_with_us(stop: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `stop` when the thread that started it ends.

    Linux only, elsewhere it does nothing. Start children from the main thread, or they go
    when a helper thread does. It runs after a change of user, which would clear the order.
    """
    parent = os.getpid()

    def arm() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, stop)
        if os.getppid() != parent:  # the parent died in between
            os.kill(os.getpid(), stop)

    return arm
