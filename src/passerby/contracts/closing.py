"""Base of objects that must be closed, for use in a with block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Closes itself at the end of a with block, also after an error."""

    @abstractmethod
    def close(self) -> None:
        """Close; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
