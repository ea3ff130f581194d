# Everything a person or CI does here, one verb each. `just` comes with: pip install rust-just

# list the verbs
default:
    @just --list

# all checks and the fast tests
test *options:
    scripts/test {{options}}

# the tests that take longer, too
test-all:
    scripts/test -m "slow or not slow"

# format and mend what can be mended
fix:
    .venv/bin/ruff format .
    .venv/bin/ruff check --fix .

# how the events of the recorded boxes differ from last time; --update accepts it
replay *options:
    cd tests && ../.venv/bin/python -m support.replay {{options}}

# how the results of the whole product differ from what is recorded; --update --reason "WHY" accepts it
[positional-arguments]
golden *options:
    cd tests && ../.venv/bin/python -m support.golden "$@"

# the demo
demo *options:
    scripts/demo {{options}}

# pages that are made from the code
docs:
    .venv/bin/python -m passerby.config.reference > docs/configuration.md

# the documentation as a site, in site/
site:
    .venv/bin/python -m sphinx -q -W -b html docs site

# the wheel, in dist/; the same sources give the same bytes
wheel:
    .venv/bin/uv build --quiet --wheel --out-dir dist .

# what the wheel installs, as a CycloneDX list of parts, in dist/
sbom:
    mkdir -p dist
    .venv/bin/uv tool run --quiet --from 'cyclonedx-bom>=7' cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible --output-format JSON -o dist/sbom.json

# CHANGELOG.md from the fragments in changelog.d/, which are removed; first set the version in contracts/version.py
changelog version:
    .venv/bin/uv tool run --quiet --from 'towncrier>=24.8' towncrier build --yes --version {{version}}

# exact versions of what is installed
lock:
    scripts/lock

# our tracker beside two published ones: just bench-tracking --model M VIDEO=GT.txt@FPS
bench-tracking *options:
    .venv/bin/python benchmarks/tracking.py {{options}}
