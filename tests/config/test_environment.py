from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.environment import expand

ENV = {"P": "p@ss/w%rd", "UP": "viewer:p@ss", "HOST": "camera1", "EMPTY": "", "LINE": "secret\n", "_a1": "x"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("${HOST}", "camera1"),
        ("a${_a1}b${_a1}", "axbx"),
        ("$$", "$"),
        ("$${HOST}", "${HOST}"),
        ("$$HOST costs $5", "$HOST costs $5"),  # only ${NAME} is replaced
        ("${P}", "p@ss/w%rd"),  # outside an address nothing is encoded
        ("rtsp://u:${P}@h/s", "rtsp://u:p%40ss%2Fw%25rd@h/s"),
        ("rtsp://${HOST}:${P}@h/s", "rtsp://camera1:p%40ss%2Fw%25rd@h/s"),
        ("rtsp://${UP}@h/s", "rtsp://viewer:p%40ss@h/s"),  # one variable for user and password
        ("rtsp://${UP}:x@h/s", "rtsp://viewer%3Ap%40ss:x@h/s"),
        ("rtsp://u:${UP}@h/s", "rtsp://u:viewer%3Ap%40ss@h/s"),
        ("rtsp://u:x@${HOST}/${P}", "rtsp://u:x@camera1/p@ss/w%rd"),
        ("rtsp://${HOST}/s", "rtsp://camera1/s"),
    ],
)
def test_expansion(template: str, text: str) -> None:
    expanded = expand(template, ENV)
    assert expanded.text == text
    assert not expanded.faults


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("${NONE}", "environment variable NONE is not set: export it before starting passerby"),
        ("${EMPTY}", "environment variable EMPTY is empty: give it a value"),
        ("${LINE}", "environment variable LINE contains a line break or another control character: remove it"),
        *[
            (bad, "write ${NAME} with letters, digits and _ only (no default value), or $$ for a dollar sign")
            for bad in ("${", "${}", "${HOST:-x}", "${1A}", "${HOST")
        ],
    ],
)
def test_faults(template: str, fault: str) -> None:
    assert expand(template, ENV).faults == (fault,)


def test_all_faults_are_reported_at_once() -> None:
    assert len(expand("${NONE}${HOST}${EMPTY}", ENV).faults) == 2


def test_a_value_does_not_show_in_the_repr() -> None:
    assert "p@ss" not in repr(expand("${P}", ENV))


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_any_password_arrives_as_it_was(password: str) -> None:
    address = urlsplit(expand("rtsp://viewer:${P}@camera1:554/s", {"P": password}).text)
    assert (unquote(address.password or ""), address.hostname, address.port) == (password, "camera1", 554)


@given(st.text())
def test_a_value_is_never_expanded_again(value: str) -> None:
    expanded = expand("${V}", {"V": value})
    assert expanded.text == (value if value and value.isprintable() else "${V}")


FORGOTTEN = [
    ("rtsp://u:$PW@h/s", "$PW is not replaced: write ${PW} for the environment variable", "the braces"),
    ("rtsp://u:{PW}@h/s", "{PW} is not replaced: write ${PW} for the environment variable", "the dollar sign"),
    ("rtsp://u:$(PW)@h/s", "$(PW) is not replaced: write ${PW} for the environment variable", "as in a makefile"),
    ("$password", "$password is not replaced: write ${password}", "a variable that exists, in lower case"),
    ("pa$$PW", "", "a dollar sign that is meant"),
    ("rtsp://u:pa$word@h/s", "", "a password with a dollar sign in it"),
    ("rtsp://h/{channel}/s", "", "braces of an address"),
    ("Gate {A1}", "", "braces of a name"),
    ("5 $", "", "a price"),
]


@pytest.mark.parametrize(("template", "fault", "why"), FORGOTTEN)
def test_a_variable_that_is_meant_and_not_written_as_one(template: str, fault: str, why: str) -> None:
    faults = expand(template, {"password": "secret"}).faults
    assert len(faults) == bool(fault), why
    assert all(found.startswith(fault) for found in faults), why
