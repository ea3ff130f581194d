"""What has to be closed, usable in a with block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Closes itself at the end of a with block, whatever happened in it."""

    @abstractmethod
    def close(self) -> None:
        """Finish; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
