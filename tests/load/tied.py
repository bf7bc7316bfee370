"""`python tied.py COMMAND …` becomes the command, tied to the life of whoever started it.

Also when a probe is killed, the kernel asks its children to end (prctl(2), PR_SET_PDEATHSIG; Linux only). The tie must be
made in the child, and survives its turning into the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
os.execv(sys.argv[1], sys.argv[1:])
