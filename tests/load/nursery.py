"""A process that has Jam loaded, from which others begin at once: a Python that starts takes seconds to load Jam anew.

`Nursery` starts it. Whoever wants `python -m MODULE …` then starts `child.py` instead, which hands over its own standard
streams, environment and folder, and ends as the forked process ends.
"""

from __future__ import annotations

import gc
import json
import os
import random
import runpy
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.load import processes

#: Loaded before anybody asks: Jam as far as `import jam` goes, so that a sabotage may still come before the pages, and
#: what the pages need of others.
LOADED = (
    "jam",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.sync",
    "wtforms",
    "flask_wtf",
    "flask_migrate",
    "icalendar",
    "phonenumbers",
    "PIL.Image",
    "urllib3",
)

CHILD = Path(__file__).with_name("child.py")


@contextmanager
def open_nursery(folder: Path, templates: Path) -> Iterator[None]:
    """Let processes.python() begin there, until the end of the block. `templates` keeps what was compiled of them."""
    place = folder / "nursery"
    ready, told = os.pipe()
    command = [
        sys.executable,
        "-I",
        "-S",
        str(processes.TIED),
        sys.executable,
        "-m",
        __name__,
        str(place),
        str(templates),
        str(told),
    ]
    with subprocess.Popen(command, cwd=processes.ROOT, stdin=subprocess.DEVNULL, pass_fds=[told]) as process:
        os.close(told)
        try:
            if not os.read(ready, 1):
                raise RuntimeError("the nursery did not begin")
            processes.begin = (sys.executable, "-I", "-S", str(CHILD), str(place))
            yield
        finally:
            processes.begin = processes.AFRESH
            os.close(ready)
            process.terminate()
            process.wait(processes.PATIENCE)


# --- the nursery itself ---------------------------------------------------------------------------------------------


def main(place: str, templates: str, told: int) -> None:
    """Load everything, then fork what is asked for; return in a child, with its words in sys.argv."""
    gc.disable()
    for name in LOADED:
        import_module(name)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(templates)}
    gc.freeze()
    gc.enable()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen(64)
        os.write(told, b".")
        os.close(told)
        child = _serve(door)
    _become(*child)


class _Stop(Exception):
    pass


def _serve(door: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Fork for whoever comes, and tell each how its child ended. Returns in a child."""
    at_home: dict[int, socket.socket] = {}
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    look = selectors.DefaultSelector()
    look.register(door, selectors.EVENT_READ)
    look.register(wake, selectors.EVENT_READ)
    while True:
        for key, _ in look.select():
            if key.fileobj is wake:
                wake.recv(64)
                _bury(at_home, look)
            elif key.fileobj is door:
                caller, _address = door.accept()
                words, streams, _flags, _from = socket.recv_fds(caller, 1 << 20, 3)
                pid = os.fork()
                if not pid:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for each in (look, wake, woken, caller, *at_home.values()):
                        each.close()
                    return json.loads(words), streams
                for each in streams:
                    os.close(each)
                at_home[pid] = caller
                look.register(caller, selectors.EVENT_READ, pid)
                caller.sendall(f"{pid}\n".encode())
            elif not key.fileobj.recv(1):  # type: ignore[union-attr]
                look.unregister(key.fileobj)
                if key.data in at_home:  # killed, and so is its child
                    os.kill(key.data, signal.SIGKILL)


def _bury(at_home: dict[int, socket.socket], look: selectors.BaseSelector) -> None:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            caller = at_home.pop(pid)
            with suppress(KeyError):
                look.unregister(caller)
            with suppress(OSError):
                caller.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            caller.close()


def _become(wanted: Mapping[str, Any], streams: list[int]) -> NoReturn:
    """Be `python -m MODULE …` in that environment."""
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["around"])
    random.seed()
    sys.argv = wanted["words"]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
