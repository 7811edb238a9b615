"""Documents at the door of programs: the contract, the refusals, the files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.http.documents import press
from casework.models import Access
from casework.services.documents import files
from tests.factories import County, file_bullying
from tests.integration.documents import arranging as d

Program = Callable[[str], FlaskClient]


@pytest.fixture
def number(app: Flask, app_county: County) -> str:
    with app.extensions["casework"].db.transaction() as session:
        return file_bullying(session, app_county).number


def begun(program: Program, number: str, **more: Any) -> dict[str, Any]:
    """A complete notice to guardians, begun by the class teacher."""
    body = {"fields": dict(d.NOTICE), **more}
    answer = program("teacher1").post(
        f"/api/v1/cases/{number}/documents/guardian_notice", json=body
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def issued(program: Program, number: str) -> dict[str, Any]:
    """The same, handed in and issued."""
    made = begun(program, number)
    at = f"/api/v1/documents/{made['id']}"
    steps = (("teacher1", "submission", 1), ("principal1", "issue", 2))
    for login, step, version in steps:
        answer = program(login).post(f"{at}/{step}", json={"version": version})
        assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_case_tells_its_documents_and_what_can_be_begun(program: Program, number: str) -> None:
    made = begun(program, number)
    found = program("teacher1").get(f"/api/v1/cases/{number}/documents").get_json()

    assert [one["id"] for one in found["documents"]] == [made["id"]]
    offers = {(one["name"], one["about"]) for one in found["offers"]}
    assert {("guardian_notice", "学生甲"), ("guardian_notice", "学生乙")} <= offers
    assert all(name != "supervision_notice" for name, _ in offers)


def test_what_is_missing_is_named(program: Program, number: str) -> None:
    answer = program("teacher1").post(f"/api/v1/cases/{number}/documents/guardian_notice", json={})
    made = answer.get_json()
    assert {"guidance", "contact", "appeal_office"} <= set(made["missing"])
    refused = program("teacher1").post(
        f"/api/v1/documents/{made['id']}/submission", json={"version": 1}
    )

    assert refused.status_code == 422
    assert set(made["missing"]) <= set(refused.get_json()["errors"])


def test_issuing_at_once_what_is_incomplete_leaves_nothing(
    program: Program, number: str, app: Flask
) -> None:
    absence = program("teacher1").post(
        "/api/v1/cases/2026-QK-000001/documents/absence_register", json={"issue": True}
    )
    assert absence.status_code == 404
    refused = program("teacher1").post(
        f"/api/v1/cases/{number}/documents/guardian_notice", json={"issue": True}
    )
    assert refused.status_code == 403
    found = program("teacher1").get(f"/api/v1/cases/{number}/documents").get_json()
    assert found["documents"] == []


def test_the_file_has_its_hash_and_its_chinese_name(program: Program, number: str) -> None:
    made = issued(program, number)
    answer = program("principal1").get(f"/api/v1/documents/{made['id']}/file", buffered=True)

    assert hashlib.sha256(answer.data).hexdigest() == made["sha256"]
    given = answer.headers["Content-Disposition"]
    assert f'filename="{number}-D{made["id"]}.docx"' in given
    assert "filename*=UTF-8''" in given
    assert "%E5%AE%B6%E9%95%BF%E5%91%8A%E7%9F%A5%E4%B9%A6" in given  # 家长告知书
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_has_fetched_a_file_is_recorded(program: Program, number: str, app: Flask) -> None:
    made = issued(program, number)
    program("principal1").get(f"/api/v1/documents/{made['id']}/file", buffered=True)
    with app.extensions["casework"].db.reading() as session:
        read = session.scalars(select(Access.what).where(Access.case_key == number)).all()
    assert f"document:{made['id']}" in read


def test_a_case_goes_out_as_a_zip_with_an_index_and_its_chain(
    program: Program, number: str
) -> None:
    made = issued(program, number)
    answer = program("officer1").get(f"/api/v1/cases/{number}/documents.zip", buffered=True)
    archive = zipfile.ZipFile(io.BytesIO(answer.data))

    rows = list(csv.reader(io.StringIO(archive.read("目录.csv").decode("utf-8-sig"))))
    [document] = rows[1:]
    assert document[-1] == made["sha256"]
    assert hashlib.sha256(archive.read(document[1])).hexdigest() == made["sha256"]
    chain = [json.loads(line) for line in archive.read("时间线.jsonl").splitlines()]
    assert made["sha256"] in {event["data"].get("sha256") for event in chain}


@pytest.mark.parametrize("login", ["teacher1", "lead1", "principal1"])
def test_who_may_not_audit_a_case_gets_no_chain_with_its_files(
    program: Program, number: str, login: str, app: Flask
) -> None:
    issued(program, number)
    answer = program(login).get(f"/api/v1/cases/{number}/documents.zip", buffered=True)
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert "时间线.jsonl" not in archive.namelist()
    assert "时间线.jsonl" not in archive.read("说明.txt").decode("utf-8-sig")
    with app.extensions["casework"].db.reading() as session:
        read = session.scalars(select(Access.what).where(Access.case_key == number)).all()
    assert "documents.zip" in read


def test_a_file_that_is_missing_is_named_and_the_rest_goes_out(
    program: Program, number: str, app: Flask
) -> None:
    made, kept = issued(program, number), issued(program, number)
    with app.test_request_context():
        press().store.path(made["sha256"]).unlink()
    answer = program("officer1").get(f"/api/v1/cases/{number}/documents.zip", buffered=True)
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    rows = list(csv.reader(io.StringIO(archive.read("目录.csv").decode("utf-8-sig"))))
    assert [(row[1] == "文件缺失", row[-1]) for row in rows[1:]] == [
        (True, made["sha256"]),
        (False, kept["sha256"]),
    ]
    assert program("lead1").get(f"/api/v1/documents/{made['id']}/file").status_code == 404


def test_no_cell_of_the_index_is_a_formula() -> None:
    assert files._cell("=1+1") == "'=1+1"
    assert {files._cell(f"{sign}x")[0] for sign in "=+-@"} == {"'"}
    assert files._cell("东教〔2026〕1号") == "东教〔2026〕1号"


@pytest.mark.parametrize("login", ["lead2", "officer2", "teacher1b", "teacher2"])
def test_out_of_scope_there_is_no_document(program: Program, number: str, login: str) -> None:
    made, other = begun(program, number), program(login)
    at = f"/api/v1/documents/{made['id']}"
    for method, url, body in (
        ("GET", at, None),
        ("GET", f"{at}/file", None),
        ("PUT", at, {"version": 1, "fields": {}}),
        ("POST", f"{at}/submission", {"version": 1}),
        ("POST", f"{at}/issue", {"version": 1}),
        ("GET", f"/api/v1/cases/{number}/documents", None),
        ("GET", f"/api/v1/cases/{number}/documents.zip", None),
        ("POST", f"/api/v1/cases/{number}/documents/guardian_notice", {}),
    ):
        answer = other.open(url, method=method, json=body, buffered=True)
        assert answer.status_code == 404, url


def test_a_stale_version_is_a_conflict(program: Program, number: str) -> None:
    made = begun(program, number)
    at = f"/api/v1/documents/{made['id']}"
    body = {"version": 1, "fields": {"guidance": "甲"}}
    assert program("teacher1").put(at, json=body).status_code == 200
    assert program("teacher1").put(at, json=body).status_code == 409


def test_an_unknown_kind_or_entry_is_refused(program: Program, number: str) -> None:
    teacher = program("teacher1")
    at = f"/api/v1/cases/{number}/documents"
    assert teacher.post(f"{at}/poem", json={}).status_code == 404
    assert teacher.post(f"{at}/opinion_form", json={}).status_code == 409
    answer = teacher.post(f"{at}/guardian_notice", json={"fields": {"verse": "…"}})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"verse"}


def test_a_unit_signs_for_what_it_got(program: Program, number: str, app_county: County) -> None:
    body = {"fields": dict(d.SUPERVISION)}
    made = (
        program("officer1")
        .post(f"/api/v1/cases/{number}/documents/supervision_notice", json=body)
        .get_json()
    )
    at = f"/api/v1/documents/{made['id']}"
    program("officer1").post(f"{at}/submission", json={"version": 1})
    done = program("leader1").post(f"{at}/issue", json={"version": 2}).get_json()
    assert done["symbol"].endswith("〔2026〕1号")
    assert program("principal1").get(at).status_code == 404
    handed = {"version": 3, "how": "system", "unit_id": app_county.units["S1"]}
    told = program("officer1b").post(f"{at}/deliveries", json=handed).get_json()
    delivery = told["deliveries"][0]["id"]
    answer = program("principal1").post(
        f"/api/v1/deliveries/{delivery}/receipt", json={"receipt": "signed"}
    )

    assert answer.status_code == 200, answer.text
    assert answer.get_json()["stands"] == "received"
