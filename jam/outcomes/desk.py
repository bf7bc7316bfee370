"""What staff see of this room."""

from __future__ import annotations

from jam.outcomes import following_desk
from jam.outcomes.blueprint import blueprint

#: Pages of this room that stand in files of their own.
PARTS = (following_desk,)

__all__ = ["PARTS", "blueprint"]
