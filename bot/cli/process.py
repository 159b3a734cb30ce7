"""What this process denies to others: a core dump, which would hold keys and chat numbers in the clear."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4


def deny_dumps() -> None:
    """Allow no core dump of this process and its children, and let no other process of the same user read its memory.

    What the system does not know is passed over: docs/operating.md says how to turn dumps off there.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
