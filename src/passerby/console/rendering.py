"""Pages from templates. Every value is escaped; there is no inline script and no inline style."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from passerby.console.reasons import title
from passerby.contracts.version import __version__
from passerby.translation import current
from passerby.translation.current import marked
from passerby.translation.languages import NAMES

FOLDER = Path(__file__).parent
# Address, title and permission of each page in the navigation.
Navigation = tuple[tuple[str, str, str], ...]
NAVIGATION: Navigation = (
    ("/", marked("Now"), "see"),
    ("/alarms", marked("Alarms"), "see"),
    ("/cameras", marked("Cameras"), "see"),
    ("/flow", marked("Flow"), "see"),
    ("/trust", marked("Trust"), "audit"),
)


class Pages:
    """The templates of the console.

    station: the name in the title of every page. navigation: its pages. folder: of templates that come first.
    """

    def __init__(self, station: str, navigation: Navigation = NAVIGATION, folder: Path = FOLDER) -> None:
        self._station, self._navigation = station, navigation
        self._templates = Environment(
            loader=FileSystemLoader([folder / "templates", FOLDER / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._templates.install_gettext_callables(current.message_of, current.plural_of, newstyle=True)  # type: ignore[attr-defined]

    def show(self, request: Request, name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return the page of a template; `person`, `root` and `csrf` are known to it."""
        who = request.scope.get("passerby_person")
        text = self._templates.get_template(name).render(
            station=self._station,
            version=__version__,
            language=current.current(),
            languages=NAMES,
            words=json.dumps(current.current().browser, ensure_ascii=False),
            kind_title=title,
            navigation=[(path, title) for path, title, needs in self._navigation if who and who.may(needs)],
            path=request.scope.get("route_path", request.url.path),
            root=request.scope.get("root_path", ""),
            person=who,
            csrf=who.session.csrf if who else "",
            **values,
        )
        return HTMLResponse(text, status)
