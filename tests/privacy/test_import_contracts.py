"""Every import contract catches a violation in each module it names. Imports are planted in a copied graph."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from copy import deepcopy
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract, ContractCheck

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
SESSION: dict[str, Any] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: list[dict[str, Any]] = SESSION["contracts"]
TYPES: dict[str, type[Contract]] = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "protected": ProtectedContract,
}
# A planted chain goes through a module of this package, which every other package may import.
BETWEEN = "passerby.contracts._between"

Pairs = set[tuple[str, str]]


def named(*kinds: str) -> list[Any]:
    return [pytest.param(entry, id=entry["name"]) for entry in CONTRACTS if entry["type"] in kinds]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    configuration.configure()
    return grimp.build_graph("passerby", include_external_packages=True, cache_dir=None)


def check(contract: dict[str, Any], graph: grimp.ImportGraph) -> ContractCheck:
    # The fields of a contract are texts and lists of texts, also in TOML.
    options = {k: v if isinstance(v, list) else str(v) for k, v in contract.items() if k not in ("name", "type")}
    made = TYPES[contract["type"]](contract["name"], {**SESSION, "root_packages": ["passerby"]}, options)
    return made.check(deepcopy(graph), verbose=False)


def planted(
    graph: grimp.ImportGraph, pairs: Iterable[tuple[str, str]], *, between: bool = False
) -> grimp.ImportGraph:
    """Return the graph with a new module in each importer that imports the other, or a module that does."""
    changed = deepcopy(graph)
    for number, (importer, imported) in enumerate(sorted(pairs)):
        path = [f"{importer}._planted{number}", *([f"{BETWEEN}{number}"] if between else []), imported]
        for name in (importer, *path):
            if name not in changed.modules:
                changed.add_module(name, is_squashed=not name.startswith("passerby"))
        for a, b in pairwise(path):
            changed.add_import(importer=a, imported=b, line_number=1, line_contents="planted")
    return changed


def packages(graph: grimp.ImportGraph) -> set[str]:
    return {name for name in graph.find_children("passerby") if not name.startswith("passerby._")}


def within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


@pytest.mark.parametrize("contract", named(*TYPES))
def test_a_contract_is_kept_and_has_no_exceptions(contract: dict[str, Any], graph: grimp.ImportGraph) -> None:
    assert check(contract, graph).kept
    assert not contract.keys() & {"ignore_imports", "allow_indirect_imports", "as_packages", "exhaustive_ignores"}
    assert contract.get("exhaustive", True)


@pytest.mark.parametrize("between", [False, True], ids=["direct", "through another module"])
@pytest.mark.parametrize("contract", named("forbidden"))
def test_each_forbidden_import_is_caught(
    contract: dict[str, Any], between: bool, graph: grimp.ImportGraph
) -> None:
    pairs: Pairs = set(product(contract["source_modules"], contract["forbidden_modules"]))
    found = check(contract, planted(graph, pairs, between=between))
    chains = found.metadata["invalid_chains"]
    assert {(chain["downstream_module"], chain["upstream_module"]) for chain in chains} == pairs


@pytest.mark.parametrize("contract", named("layers"))
def test_each_import_upwards_or_sideways_is_caught(contract: dict[str, Any], graph: grimp.ImportGraph) -> None:
    (container,) = contract["containers"]
    rows = [[f"{container}.{name.strip().strip('()')}" for name in row.split("|")] for row in contract["layers"]]
    upwards: Pairs = {
        (low, high) for k, row in enumerate(rows) for high in row for lower in rows[k + 1 :] for low in lower
    }
    sideways: Pairs = {pair for row in rows for pair in permutations(row, 2)}
    found = check(contract, planted(graph, upwards | sideways))
    dependencies = found.metadata["invalid_dependencies"]
    assert {(one["importer"], one["imported"]) for one in dependencies} == upwards | sideways


@pytest.mark.parametrize("contract", named("layers"))
def test_a_new_package_needs_a_layer(contract: dict[str, Any], graph: grimp.ImportGraph) -> None:
    changed, name = deepcopy(graph), f"{contract['containers'][0]}.newcomer"
    changed.add_module(name)
    assert check(contract, changed).metadata["undeclared_modules"] == {name}


@pytest.mark.parametrize("contract", named("protected"))
def test_each_importer_that_is_not_allowed_is_caught(contract: dict[str, Any], graph: grimp.ImportGraph) -> None:
    (protected,) = contract["protected_modules"]
    others = packages(graph) - set(contract["allowed_importers"]) - {protected}
    found = check(contract, planted(graph, {(other, protected) for other in others}))
    (illegal,) = found.metadata["illegal_imports"]
    importers = {link["importer"].rpartition(".")[0] for link in illegal.illegal_links}
    assert importers == others
    assert len(others) >= 8


def test_packages_that_use_pixels_have_no_way_out(graph: grimp.ImportGraph) -> None:
    """A package that is allowed to use pixels later must be closed as well."""
    (pixels,) = (c for c in CONTRACTS if c.get("protected_modules") == ["passerby.pixels"])
    (egress,) = (c for c in CONTRACTS if c["name"].startswith("Egress"))
    above = {"passerby.app", "passerby.evals", "passerby.sim"}  # the command line, and pictures without people
    assert set(pixels["allowed_importers"]) - above | {"passerby.pixels"} == set(egress["source_modules"])
    assert all(any(within(name, package) for name in graph.modules) for package in egress["source_modules"])


PEOPLE = "passerby.contracts.people"
CASES = [
    ("pixels", "multiprocessing", "pictures go to no other process"),
    ("scene", "asyncio", "asyncio opens connections too"),
    ("ingest", "pickle", "a frame is not turned into bytes"),
    ("vision", "http", "a detector sends nothing"),
    ("evidence", "sqlite3", "pictures do not go into a database"),
    ("camera", "socket", "the loop of one camera has the raw frame"),
    ("camera", "urllib", "the same by another module"),
    ("camera", "subprocess", "the same by another program"),
    ("behaviour", "subprocess", "rules are arithmetic"),
    ("store", PEOPLE, "tracks are not stored"),
    ("unit.alarms", PEOPLE, "an alarm is about an incident, not about a person"),
    ("adapters", PEOPLE, "tracks are not sent"),
    ("report", PEOPLE, "tracks are not shown"),
    ("console", PEOPLE, "nor to the people in the station"),
    ("console", "passerby.camera.loop", "the console has no way to a raw picture"),
    ("console", "passerby.unit.live_view", "it gets the live view passed in, already redacted"),
    ("unit", "passerby.sim", "the simulation is for tests and demonstrations"),
    ("camera", "passerby.evals", "so is the evaluation"),
    ("camera", "passerby.unit", "one camera does not know the others"),
    ("ground.geometry", "passerby.ground.motion", "the plane does not depend on what moves on it"),
]


@pytest.mark.parametrize(("importer", "imported", "why"), CASES)
def test_what_the_contracts_are_for(importer: str, imported: str, why: str, graph: grimp.ImportGraph) -> None:
    changed = planted(graph, {(f"passerby.{importer}", imported)})
    assert not all(check(contract, changed).kept for contract in CONTRACTS), why
