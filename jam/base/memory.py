"""How Python looks after memory while something large is worked on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_objects() -> Iterator[None]:
    """Make many objects that do not point to one another in circles: Python does not go through all of them again and
    again to look for such circles, which takes a sixth of the time. What is not used any more goes at once all the same."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
