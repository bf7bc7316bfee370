"""`python -I -S child.py PLACE MODULE …` is `python -m MODULE …`, begun in the nursery at PLACE."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import suppress

door = socket.socket(socket.AF_UNIX)
door.connect(sys.argv[1])
folder = os.getcwd()  # noqa: PTH109 - pathlib takes longer to load than all the rest
asked = {"words": sys.argv[2:], "around": dict(os.environ), "folder": folder}
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
socket.send_fds(door, [json.dumps(asked).encode()], [0, 1, 2])
lines = door.makefile()
pid = int(lines.readline())


def tell(number: int, _frame: object) -> None:
    """The other is told what this one is told, unless it has just ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


for each in (signal.SIGTERM, signal.SIGINT):
    signal.signal(each, tell)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM, signal.SIGINT])
for number in (0, 1, 2):
    os.close(number)  # they are the other's alone now
status = int(lines.readline() or 1)
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
