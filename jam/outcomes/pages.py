"""What presenters and members see of this room."""

from __future__ import annotations

from jam.outcomes import answering, asking_letters
from jam.outcomes.blueprint import blueprint

#: Pages and letters of this room that stand in files of their own.
PARTS = (answering, asking_letters)

__all__ = ["PARTS", "blueprint"]
