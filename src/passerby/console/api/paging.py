"""Lists in pieces: the newest first, and a cursor to the older ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from passerby.contracts.errors import StoreError
from passerby.store.utc import utc_ms, utc_text

T = TypeVar("T")
MOST_ITEMS, MOST_NAMES = 500, 50
Names = Annotated[tuple[str, ...], Field(max_length=MOST_NAMES, description="only these; may be repeated")]


class PageQuery(BaseModel):
    """Which part of a list; an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(default=100, ge=1, le=MOST_ITEMS, description="most items in the answer")
    cursor: str | None = Field(
        default=None, pattern=r"^[0-9]{1,18}$", description="`next` of the previous answer, for older items"
    )

    @property
    def before(self) -> int | None:
        """The row before which the page begins."""
        return None if self.cursor is None else int(self.cursor)


class WindowQuery(PageQuery):
    """Which part of a list, in which time."""

    since: AwareDatetime | None = Field(default=None, description="from this time, RFC 3339 with an offset")
    until: AwareDatetime | None = Field(default=None, description="before this time, RFC 3339 with an offset")

    def times(self) -> tuple[str | None, str | None]:
        """Return both times in UTC. Raises HTTPException 422 for one outside the calendar."""
        return _utc(self.since), _utc(self.until)


class ItemPage(BaseModel, Generic[T]):
    """Some items, the newest first."""

    items: list[T]
    next: str | None = Field(description="cursor to the older items; null if there are none")


def page_of(found: Sequence[tuple[int, T]], limit: int) -> ItemPage[T]:
    """Return the page of rows: the newest first, one more than `limit` if there are more."""
    shown = found[:limit]
    return ItemPage(items=[item for _, item in shown], next=str(shown[-1][0]) if len(found) > limit else None)


def _utc(when: datetime | None) -> str | None:
    try:
        return None if when is None else utc_text(utc_ms(when.isoformat()))
    except StoreError as error:
        raise HTTPException(422, str(error)) from None
