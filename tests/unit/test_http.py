"""Where a login may lead, how faults are named, and that nothing of an error leaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from casework import i18n
from casework.errors import Misconfigured, Refused, Stale
from casework.http.errors import by_field, problem_of
from casework.http.signing import safe_next
from casework.services import marks
from casework.text import Text


@pytest.mark.parametrize("target", ["/", "/cases?level=2", "/cases/2026-QL-000001#top", "/a:b"])
def test_a_path_of_ours_is_safe(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *(None, "", "cases", "//evil.example", "/\\evil.example", "https://evil.example"),
        *("javascript:alert(1)", "/\nevil", "/a\\b", "///evil.example", " /cases", "/\t/evil"),
    ],
)
def test_every_other_target_is_dropped(target: str | None) -> None:
    assert safe_next(target) is None


def test_nested_faults_are_named_by_their_path() -> None:
    messages = {"json": {"people": {0: {"part": ["missing"]}}, "_schema": ["no object"]}}

    assert by_field(messages) == {"people.0.part": ["missing"], "body": ["no object"]}


@pytest.fixture
def bare() -> Flask:
    """An application without anything that speaks the language of the sources."""
    app = Flask(__name__)
    i18n.init_app(app, locale="en", timezone="UTC")
    return app


def test_a_refusal_carries_every_sentence(bare: Flask) -> None:
    with bare.test_request_context():
        problem = problem_of(Refused([Text("One."), Text("Two %(n)s.", {"n": 2})]))

    assert problem.status == 422
    assert problem.errors == {"refusals": ["One.", "Two 2."]}


def test_the_kind_of_an_error_is_a_word(bare: Flask) -> None:
    with bare.test_request_context():
        problem = problem_of(Stale())

    assert (problem.status, problem.kind) == (409, "stale")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "casework.example", "::"])  # noqa: S104
def test_the_demo_is_shown_on_this_machine_only(host: str) -> None:
    with pytest.raises(Misconfigured):
        marks.check_demo(demo=True, host=host, offset=timedelta(0))
    marks.check_demo(demo=False, host=host, offset=timedelta(0))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_only_the_clock_of_a_demo_is_shifted(host: str) -> None:
    marks.check_demo(demo=True, host=host, offset=timedelta(days=3))
    with pytest.raises(Misconfigured):
        marks.check_demo(demo=False, host=host, offset=timedelta(days=3))
