"""Counts as a Parquet file, for people who analyse months of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from io import BytesIO

from passerby.contracts.errors import UsageError
from passerby.translation.current import gettext as _

MEDIA_TYPE = "application/vnd.apache.parquet"


def is_installed() -> bool:
    """Return whether the extra `parquet` is there."""
    return find_spec("pyarrow") is not None


def parquet_file(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a Parquet file with a column for each title. Raises UsageError without the extra."""
    if not is_installed():
        raise UsageError(_("Parquet needs a further package: pip install 'passerby[parquet]'"))
    import pyarrow as pa
    from pyarrow import parquet

    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _title in titles]
    out = BytesIO()
    parquet.write_table(pa.table([pa.array(column) for column in columns], names=list(titles)), out)
    return out.getvalue()
