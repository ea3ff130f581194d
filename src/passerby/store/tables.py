"""One descriptor per stored type: the fields of its dataclass are the columns of its table and of its CSV file.

To add a field, declare it in the dataclass and add its column in a new file of `steps/`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from passerby.contracts.errors import StoreError
from passerby.store.encode import check_finite, from_fields, json_text, tidy
from passerby.store.filters import Filter
from passerby.store.utc import optional_ms, optional_text
from passerby.store.where import Where

T = TypeVar("T")
DECIMALS = 3  # of numbers in a CSV file, unless the table gives others

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a stored type.

    name: in the table. title: in the CSV file. decimals: in the CSV file, None for a value that is not rounded.
    write, read: to the value in the table and back; NULL is None.
    """

    field: str
    name: str
    title: str
    decimals: int | None
    write: _Convert
    read: _Convert

    def cell(self, value: Any) -> object:
        """Return a value for the CSV file; None is an empty field."""
        if value is None or self.decimals is None:
            return int(value) if isinstance(value, bool) else value
        return tidy(value, self.decimals)


class RecordTable(Generic[T]):
    """The table `name` of the records of dataclass `of`; row numbers only increase.

    seconds, place: the fields that a filter's time and place apply to. decimals: of fields in the CSV file.
    titles: the header of the CSV file.
    """

    def __init__(
        self,
        name: str,
        of: type[T],
        *,
        seconds: str = "from_s",
        place: str = "place",
        decimals: Mapping[str, int] | None = None,
    ) -> None:
        self.name = name
        self.of = of
        hints = get_type_hints(of)
        given = decimals or {}
        self.columns = tuple(_column(field.name, hints[field.name], given) for field in fields(of))  # type: ignore[arg-type]
        self.titles = tuple(column.title for column in self.columns)
        self._seconds, self._place = seconds, place
        # The names are those of passerby's types; values are always bound.
        names, marks = ", ".join(f'"{c.name}"' for c in self.columns), ", ".join("?" * len(self.columns))
        self._insert = f"INSERT INTO {name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        # With the table's name, a quoted name is never read as text.
        qualified = ", ".join(f'{name}."{c.name}"' for c in self.columns)
        self._select = f"SELECT row, {qualified} FROM {name}"  # noqa: S608

    def cells(self, record: T) -> tuple[object, ...]:
        """Return the record's line of the CSV file."""
        return tuple(column.cell(getattr(record, column.field)) for column in self.columns)

    def append(self, connection: sqlite3.Connection, record: T, what: str) -> bool:
        """Add a record; return False if it is there already. `what` names it in errors.

        Raises StoreError for a figure that is not finite, text that is not Unicode, or a utc that is no time.
        """
        check_finite(what, **{column.field: getattr(record, column.field) for column in self.columns})
        values = [column.write(getattr(record, column.field)) for column in self.columns]
        try:
            return connection.execute(self._insert, values).rowcount == 1
        except UnicodeEncodeError as error:
            named = what.encode(errors="replace").decode()
            raise StoreError(f"{named} contains text that is not Unicode ({error.object!r})") from error

    def where(self, wanted: Filter) -> Where:
        """Return the conditions of a filter. Raises StoreError for an invalid time."""
        where = Where(self._seconds)
        for name, allowed in wanted.allowed():
            where.one_of(self._place if name == "place" else name, allowed)
        where.between(wanted.since, wanted.until)
        return where

    def query(self, connection: sqlite3.Connection, where: Where, wanted: Filter) -> Iterator[T]:
        """Yield the records that `where` selects, in the order and number that `wanted` gives."""
        # Live records have a wall clock, those of a recording have none.
        columns = ("utc_ms IS NULL", "utc_ms", self._seconds, "row") if wanted.by_time else ("row",)
        if wanted.last is None:
            found = connection.execute(where.after(self._select, f"ORDER BY {', '.join(columns)}"), where.values)
            return (self._record(row) for row in found)
        falling = f"ORDER BY {' DESC, '.join(columns)} DESC LIMIT ?"
        newest = connection.execute(where.after(self._select, falling), (*where.values, wanted.last))
        return (self._record(row) for row in reversed(newest.fetchall()))

    def after_row(self, connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, T]]:
        """Return up to `limit` records stored after `row`, each with its row."""
        found = connection.execute(f"{self._select} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
        return [(values[0], self._record(values)) for values in found.fetchall()]

    def newest(self, connection: sqlite3.Connection, where: Where, limit: int) -> list[tuple[int, T]]:
        """Return up to `limit` matching records, each with its row, the newest first."""
        found = connection.execute(where.after(self._select, "ORDER BY row DESC LIMIT ?"), (*where.values, limit))
        return [(values[0], self._record(values)) for values in found.fetchall()]

    def _record(self, row: tuple[Any, ...]) -> T:
        return self.of(*(column.read(value) for column, value in zip(self.columns, row[1:], strict=True)))


def _column(field: str, hint: Any, decimals: Mapping[str, int]) -> Column:
    plain = field.removesuffix("_")  # `in_` is `in` wherever it is not Python
    if field == "utc":
        return Column(field, "utc_ms", field, None, optional_ms, optional_text)
    kind = _without_none(hint)
    rounded = decimals.get(field, DECIMALS) if kind is float else None
    title = plain.removeprefix("is_") if kind is bool else plain
    return Column(field, plain, title, rounded, *map(_optional, _conversion(kind)))


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    (kind,) = (given for given in get_args(hint) if given is not NoneType)
    return kind


def _conversion(kind: Any) -> tuple[_Convert, _Convert]:
    if get_origin(kind) is tuple:  # of dataclasses, as a JSON array
        of = get_args(kind)[0]
        return _array, lambda text: tuple(from_fields(of, one) for one in json.loads(text))
    if isinstance(kind, type) and is_dataclass(kind):
        return lambda one: json_text(asdict(one)), lambda text: from_fields(kind, json.loads(text))
    if kind is bool or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return (int if kind is bool else str), kind
    return _unchanged, _unchanged


def _array(records: Iterable[Any]) -> str:
    return json_text([asdict(record) for record in records])


def _optional(convert: _Convert) -> _Convert:
    return lambda value: None if value is None else convert(value)


def _unchanged(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value  # a member of an enumeration is a str, too
