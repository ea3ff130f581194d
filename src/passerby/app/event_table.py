"""Events as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from passerby.app.tables import printable
from passerby.app.terminal import table_console
from passerby.charts.wording import labelled, wall_clock
from passerby.contracts.events import Event, Severity

_STYLE = {Severity.INFO: "", Severity.WARNING: "yellow", Severity.ALARM: "bold red"}

Row = tuple[str, Event]


def print_table(rows: Sequence[Row]) -> None:
    """Print events, one per line, with their folder if there are several."""
    console = table_console()
    if not rows:
        console.print("No events match.")
        return
    console.print(event_table(rows))
    count = len(rows)
    console.print(f"{count} event{'' if count == 1 else 's'}", style="dim", highlight=False)


def event_table(rows: Sequence[Row]) -> Table:
    """Return the table: time, camera, kind, place, phase, people, measures as text, id."""
    folders = any(folder for folder, _ in rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (*(("video",) if folders else ()), "time", "camera", "kind", "place", "phase"):
        table.add_column(name, no_wrap=True)
    table.add_column("people", justify="right")
    table.add_column("measures")
    table.add_column("id", no_wrap=True)
    for folder, event in rows:
        cells = [*((folder,) if folders else ()), *_cells(event)]
        table.add_row(*(Text(printable(cell)) for cell in cells), style=_STYLE[event.severity])
    return table


def time_words(event: Event) -> str:
    """Return the wall-clock time, or for a recording the time since its first frame as h:mm:ss.s."""
    if event.utc is not None:
        return wall_clock(event.utc) or event.utc
    tenths = round(event.at_s * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest / 10:04.1f}"


def _cells(event: Event) -> tuple[str, ...]:
    words = ", ".join(f"{label} {value}" for label, value in labelled(event.measures))
    names = (event.camera, event.kind.replace("_", " "), event.place, event.phase.value)
    return time_words(event), *names, str(event.people), words, event.id
