"""The commands of the contract: what they print, where errors go, how they leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from casework.models import Event
from casework.services import logins
from casework.timeline import verifier
from tests.conftest import Frozen
from tests.factories import PASSWORD, County, bullying, file_bullying

START = "2026-09-29T10:00:00+08:00"


@pytest.fixture
def run(app: Flask) -> Any:
    """Run a command; its result has stdout, stderr and exit_code."""
    runner = app.test_cli_runner()

    def call(*args: str, stdin: str | None = None) -> Result:
        result = runner.invoke(args=list(args), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


def one(result: Result) -> Any:
    """The one JSON object a command has printed."""
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def refused(result: Result, code: int = 1) -> str:
    """The one sentence of a command that failed, and nothing on standard output."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.strip()
    return result.stderr


def test_a_county_is_started_from_nothing(app: Flask, run: Any) -> None:
    assert run("unit", "add", "C", "--kind", "city_bureau", "--name", "市局").exit_code == 0
    school = ("--kind", "county_bureau", "--name", "县局", "--parent", "C", "--region", "370102")
    assert run("unit", "add", "B", *school).exit_code == 0
    posts = ("--role", "bureau_officer@B", "--role", "duty@B")
    made = run(
        "user", "create", "li.na", "--name", "李娜", *posts, "--password-stdin", stdin=PASSWORD
    )
    assert made.exit_code == 0, made.stderr
    user = one(run("user", "list", "--json"))

    assert (user["login"], user["name"]) == ("li.na", "李娜")
    assert [post["role"] for post in user["memberships"]] == ["bureau_officer", "duty"]
    assert (
        user["memberships"][0] | {"unit_kind": "county_bureau", "unit": "县局"}
        == user["memberships"][0]
    )
    assert "B\tcounty_bureau" in run("unit", "list").stdout
    with app.extensions["casework"].db.reading() as session:
        assert logins.authenticate(session, "LI.NA ", PASSWORD)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("Bad Login", "--name", "x"), "login:"),
        (("ok", "--name", " "), "name:"),
        (("ok", "--name", "x", "--role", "king@C"), "memberships.0.role:"),
        (("ok", "--name", "x", "--role", "admin@nowhere"), "memberships.0.unit:"),
        (("admin1", "--name", "x"), "login:"),
    ],
)
def test_a_bad_account_is_refused_with_its_field(
    run: Any, app_county: County, args: tuple[str, ...], words: str
) -> None:
    answer = run("user", "create", *args, "--password-stdin", stdin=PASSWORD)

    assert words in refused(answer)


def test_a_short_password_is_refused(run: Any, app_county: County) -> None:
    answer = run("user", "create", "ok", "--name", "x", "--password-stdin", stdin="short\n")

    assert "password:" in refused(answer)


def test_a_post_without_its_unit_is_a_usage_error(run: Any) -> None:
    refused(run("user", "create", "ok", "--name", "x", "--role", "admin"), 2)


def test_disabled_accounts_leave_the_list(run: Any, app_county: County) -> None:
    assert "teacher1\t" in run("user", "list").stdout
    run("user", "disable", "teacher1")

    assert "teacher1\t" not in run("user", "list").stdout
    refused(run("user", "disable", "nobody"))
    refused(run("token", "create", "teacher1"))


def test_a_password_is_reset(app: Flask, run: Any, app_county: County) -> None:
    new = "a quite new password"
    assert run("user", "reset-password", "teacher1", "--password-stdin", stdin=new).exit_code == 0

    with app.extensions["casework"].db.reading() as session:
        assert logins.authenticate(session, "teacher1", new)
        assert logins.authenticate(session, "teacher1", PASSWORD) is None


def test_a_token_stands_alone_on_its_line(app: Flask, run: Any, app_county: County) -> None:
    result = run("token", "create", "teacher1")
    (token,) = result.stdout.splitlines()
    answer = app.test_client().get("/api/v1/units", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (("K9", "--kind", "class", "--name", "x", "--parent", "C"), "parent:"),
        (("K9", "--kind", "class", "--name", "x", "--parent", "nowhere"), "parent:"),
        (("K9", "--kind", "class", "--name", "x"), "parent:"),
        (("K9", "--kind", "castle", "--name", "x"), "kind:"),
        (("K1", "--kind", "class", "--name", "x", "--parent", "G1"), "code:"),
        (("K 9", "--kind", "class", "--name", "x", "--parent", "G1"), "code:"),
    ],
)
def test_a_unit_in_the_wrong_place_is_refused(
    run: Any, app_county: County, args: tuple[str, ...], field: str
) -> None:
    assert field in refused(run("unit", "add", *args))


def test_init_may_run_again_and_makes_a_key_of_its_own(run: Any, app: Flask) -> None:
    key = Path(app.extensions["casework"].settings.data_dir) / "signing_key"
    app.extensions["casework"].db.dispose()
    Path(app.extensions["casework"].db.url.database).unlink()
    assert run("init").exit_code == 0
    before = key.read_text()

    assert run("init").exit_code == 0
    assert key.read_text() == before
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_missing_table_is_one_sentence(run: Any, app: Flask) -> None:
    app.extensions["casework"].db.dispose()
    Path(app.extensions["casework"].db.url.database).unlink()

    assert "init" in refused(run("user", "list"))


def test_a_period_is_computed(run: Any) -> None:
    args = ("--amount", "4", "--unit", "working_day", "--start", START)
    answer = one(run("deadline", "compute", *args, "--json"))

    assert answer["due_at"] == "2026-10-10T16:00:00Z"
    assert answer["provisional"] is False
    assert all(set(step) == {"zh", "en"} and all(step.values()) for step in answer["derivation"])


def test_periods_are_computed_line_by_line(run: Any) -> None:
    good = {"amount": 4, "unit": "working_day", "start": START, "roll": "none"}
    lines = [
        json.dumps(good),
        "",
        '{"amount": "x"}',
        json.dumps({**good, "unit": "moon"}),
        "nonsense",
    ]
    result = run("deadline", "compute", "--stdin", stdin="\n".join(lines))
    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert answers[0]["due_at"] == "2026-10-10T16:00:00Z"
    assert ["error" in answer for answer in answers] == [False, True, True, True]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "args",
    [
        ("compute", "--amount", "4", "--unit", "day"),
        ("compute", "--amount", "4", "--unit", "moon", "--start", START),
        ("compute", "--amount", "4", "--unit", "day", "--start", "2026-09-29T10:00:00"),
        ("explain", "bullying.accept"),
    ],
)
def test_what_is_missing_is_a_usage_error(run: Any, args: tuple[str, ...]) -> None:
    refused(run("deadline", *args), 2)


def test_a_clock_is_explained(run: Any) -> None:
    args = ("--start", START, "--category", "injury", "--grade", "general", "--region", "370102")
    answer = one(run("deadline", "explain", "emergency.initial_report", *args, "--json"))

    assert {"rule", "target_at", "limit_at", "provisional", "derivation"} <= set(answer)
    assert answer["rule"] == "emergency.initial_report"
    assert "no.such.clock" in refused(run("deadline", "explain", "no.such.clock", "--start", START))


@pytest.mark.parametrize("case_type", ["bullying", "absence", "emergency", "opinion"])
def test_a_case_type_is_shown(run: Any, case_type: str) -> None:
    shown = one(run("workflow", "show", case_type))

    assert set(shown) >= {"case_type", "initial", "states", "filing", "actions", "clocks"}
    assert shown["initial"] in {state["name"] for state in shown["states"]}
    assert shown["clocks"]
    assert run("workflow", "show", case_type, "--format", "mermaid").stdout.startswith(
        "stateDiagram"
    )


def test_an_unknown_case_type_is_a_usage_error(run: Any) -> None:
    refused(run("workflow", "show", "nonsense"), 2)


def test_a_sweep_tells_what_fired(run: Any, app: Flask, app_county: County, frozen: Frozen) -> None:
    with app.extensions["casework"].db.transaction() as session:
        number = file_bullying(session, app_county).number
    assert one(run("sweep", "--json"))["fired"] == []
    by = frozen.forward(hours=3).isoformat()
    foreseen = one(run("sweep", "--dry-run", "--at", by, "--json"))["fired"]
    fired = one(run("sweep", "--json"))["fired"]

    assert fired
    assert {one["case"] for one in fired} == {number}
    assert [(f["clock"], f["rung"]) for f in foreseen] == [(f["clock"], f["rung"]) for f in fired]
    assert one(run("sweep", "--json"))["fired"] == []
    refused(run("sweep", "--dry-run"), 2)
    refused(run("sweep", "--at", by), 2)


def test_a_timeline_is_exported_and_verified(
    run: Any, app: Flask, app_county: County, tmp_path: Path
) -> None:
    db = app.extensions["casework"].db
    with db.transaction() as session:
        number = file_bullying(session, app_county).number
    exported = tmp_path / "case.jsonl"
    exported.write_text(run("timeline", "export", number).stdout, encoding="utf-8")

    assert json.loads(exported.read_text(encoding="utf-8"))["case"] == number
    assert Path(verifier.__file__).exists()
    assert one(run("timeline", "verify", "--json")) == {"whole": True, "chains": 1, "events": 1}
    assert "2026-QL-000099" in refused(run("timeline", "export", "2026-QL-000099"))
    with db.transaction() as session:
        session.execute(update(Event).values(action="accept"))
    result = run("timeline", "verify")
    assert result.exit_code == 1
    assert number in result.stderr


def test_nobody_is_named_on_the_chain(run: Any, app: Flask, app_county: County) -> None:
    with app.extensions["casework"].db.transaction() as session:
        number = file_bullying(session, app_county).number
    exported = run("timeline", "export", number).stdout

    report = bullying(app_county)
    assert report.title not in json.loads(exported).values()
    assert "学生" not in json.dumps(json.loads(exported), ensure_ascii=False)


def test_the_demo_needs_an_empty_database(run: Any, app_county: County) -> None:
    refused(run("demo"))
    assert run("demo", "--if-empty").stdout == ""
