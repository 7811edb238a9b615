"""The commands: counts on standard output, faults on standard error, passwords once."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories import County
from tests.unit.test_import_sheets import book, text

HEAD = ("学号", "姓名", "学校", "班级")


@pytest.fixture
def flask(app: Flask, app_county: County) -> Any:
    """Run a command; gives its exit code, standard output and standard error."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_counts_are_one_json_object(flask: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(book([HEAD, ("n1", "张三", "S1", "7.1班"), ("n2", "李四", "S2", "K3")]))

    first, again = (flask("import", "students", file, "--json") for _ in range(2))

    assert first.exit_code == again.exit_code == 0
    found = json.loads(first.stdout)
    assert (found["created"], found["updated"], found["unchanged"]) == (2, 0, 0)
    assert json.loads(again.stdout)["unchanged"] == 2
    assert first.stderr == ""


def test_faults_go_to_standard_error_capped_with_the_rest_counted(
    flask: Any, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text([HEAD, *[(f"n{n}", "", "S1", "K1") for n in range(130)]], "gb18030"))

    done = flask("import", "students", file, "--json")

    lines = done.stderr.splitlines()
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "2" in lines[0]
    assert "姓名" in lines[0]
    assert len(lines) == 102
    assert "30" in lines[100]
    assert "130" in lines[101]


def test_a_dry_run_changes_nothing(flask: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text([HEAD, ("n1", "张三", "S1", "K1")], "utf-8"))

    answers = [json.loads(flask("import", "students", file, "--json", "--dry-run").stdout)]
    answers.append(json.loads(flask("import", "students", file, "--json").stdout))

    assert [a["created"] for a in answers] == [1, 1]


def test_initial_passwords_are_printed_or_kept_for_the_owner_only(
    flask: Any, tmp_path: Path
) -> None:
    staff, kept = tmp_path / "staff.csv", tmp_path / "new.csv"
    staff.write_bytes(
        text([("登录名", "姓名", "角色", "单位"), ("w1", "王", "教师", "S1")], "utf-8")
    )
    assert (
        len(json.loads(flask("import", "users", staff, "--json").stdout)["passwords"]["w1"]) == 14
    )

    staff.write_bytes(
        text([("登录名", "姓名", "角色", "单位"), ("w2", "王", "教师", "S1")], "utf-8")
    )
    done = flask("import", "users", staff, "--json", "--passwords", kept)

    assert "passwords" not in json.loads(done.stdout)
    assert next(csv.reader(kept.read_text("utf-8-sig").splitlines()))[0] == "w2"
    assert kept.stat().st_mode & 0o077 == 0
    assert flask("import", "users", staff, "--passwords", kept).exit_code == 2


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["units", "users", "students"])
def test_templates_are_written_and_hold_no_row(
    flask: Any, tmp_path: Path, kind: str, ending: str
) -> None:
    file = tmp_path / f"t.{ending}"

    assert flask("import-template", kind, file).exit_code == 0
    assert flask("import", kind, file).exit_code == 1
    assert flask("import-template", kind, tmp_path / "t.doc").exit_code == 2


def test_wrong_usage_is_exit_code_2(flask: Any, tmp_path: Path) -> None:
    assert flask("import", "dragons", tmp_path).exit_code == 2
    assert flask("import", "students", tmp_path / "missing.csv").exit_code == 2


def test_an_unknown_unit_is_said(flask: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text([HEAD, ("n1", "张三", "S1", "K1")], "utf-8"))

    done = flask("import", "students", file, "--unit", "NOWHERE")

    assert done.exit_code == 1
    assert "NOWHERE" in done.stderr
