"""The library of scenarios, and the strict reading of scenario files, with file and line of an error.

A scenario names a `station`, and is merged into the station's file. Mappings merge key by key, lists of named
items merge by name, everything else replaces.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from passerby.contracts.errors import ConfigError, Problem, UsageError
from passerby.sim.layout import StationLayout
from passerby.sim.scenario import Scenario

PACKAGE = Path(__file__).parent
SCENARIOS, STATIONS = PACKAGE / "scenarios", PACKAGE / "stations"
HEALTH = SCENARIOS / "health"


def names() -> list[str]:
    """All scenarios of the package, by name."""
    return sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def health_names() -> list[str]:
    """The scenarios about camera health alone, which evaluate no rule."""
    return sorted(path.stem for path in HEALTH.glob("*.yaml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario by its name in the library or by the path of a YAML file.

    Raises UsageError if there is none, ConfigError with all its errors.
    """
    path = _find(name_or_path)
    own = _read(path)
    base: Any = {}
    if "station" in own:
        base = _read(_station(path, own))
    merged = _merge(_plain(base), {k: v for k, v in _plain(own).items() if k != "station"})
    merged.setdefault("name", path.stem)
    try:
        return Scenario.model_validate(merged)
    except ValidationError as error:
        raise ConfigError([_problem(path, own, merged, one) for one in error.errors()]) from None


def load_layout(path: Path) -> StationLayout:
    """The layout of one station file."""
    return StationLayout.model_validate(_plain(_read(path))["layout"])


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"}:
        if not path.is_file():
            raise UsageError(f"{path}: no such scenario file; `passerby sim list` shows the library")
        return path
    inside = [
        one for folder in (SCENARIOS, HEALTH) for one in folder.glob("*.yaml") if one.stem == str(name_or_path)
    ]
    if not inside:
        known = ", ".join([*names(), *health_names()])
        raise UsageError(f"no scenario {str(name_or_path)!r}; there are {known}")
    return inside[0]


def _station(path: Path, own: Any) -> Path:
    found = STATIONS / f"{own['station']}.yaml"
    if found not in STATIONS.glob("*.yaml"):
        known = ", ".join(sorted(p.stem for p in STATIONS.glob("*.yaml")))
        raise ConfigError(
            [Problem(str(path), _line(own, ("station",)), "station", f"no such station; there are {known}")]
        )
    return found


def _read(path: Path) -> Any:
    try:
        content = YAML().load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: the scenario cannot be read ({error.strerror}); check its permissions"
        ) from None
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            [Problem(str(path), mark.line + 1 if mark else None, "", f"is not YAML: {what}")]
        ) from None
    if not isinstance(content, dict):
        raise ConfigError([Problem(str(path), 1, "", "a scenario must be a mapping")])
    return content


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(k): _plain(v) for k, v in node.items()}
    return [_plain(v) for v in node] if isinstance(node, list) else node


def _named(node: Any) -> bool:
    return isinstance(node, list) and bool(node) and all(isinstance(v, dict) and "name" in v for v in node)


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            k: _merge(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k))
            for k in {**base, **over}
        }
    if _named(base) and _named(over):
        kept = {v["name"]: v for v in base}
        for item in over:
            kept[item["name"]] = _merge(kept[item["name"]], item) if item["name"] in kept else item
        return list(kept.values())
    return over


def _problem(path: Path, own: Any, merged: Any, error: Any) -> Problem:
    where = tuple(part for part in error["loc"])
    key = ".".join(str(part) for part in where)
    message = error["msg"].removeprefix("Value error, ")
    return Problem(str(path), _line(own, _renumbered(own, merged, where)), key, message)


def _renumbered(own: Any, merged: Any, where: tuple[Any, ...]) -> tuple[Any, ...]:
    """Convert positions in merged lists to positions in the scenario's own file, by name."""
    out: list[Any] = []
    for part in where:
        merged = merged[part] if _has(merged, part) else None
        place = part
        if isinstance(part, int) and _named(own) and isinstance(merged, dict):
            place = next((k for k, v in enumerate(own) if v["name"] == merged.get("name")), part)
        out.append(place)
        own = own[place] if _has(own, place) else None
    return tuple(out)


def _has(node: Any, part: Any) -> bool:
    if isinstance(node, list):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, dict) and part in node


def _line(node: Any, where: tuple[Any, ...]) -> int | None:
    """Return the line of the deepest part of `where` in the file, from 1."""
    line: int | None = None
    for part in where:
        if not _has(node, part) or not hasattr(node, "lc"):
            break
        marks: Any = node.lc
        line = (marks.item(part) if isinstance(node, list) else marks.key(part))[0] + 1
        node = node[part]
    return line
