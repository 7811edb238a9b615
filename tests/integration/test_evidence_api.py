"""Evidence by programs: at once, in pieces, listed, fetched, described."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.models import Access
from casework.services import timeline
from tests import evidence_files as files
from tests.factories import County, file_bullying

Program = Callable[[str], FlaskClient]


@pytest.fixture
def at(app: Flask, app_county: County) -> str:
    """The address of a case."""
    with app.extensions["casework"].db.transaction() as session:
        return f"/api/v1/cases/{file_bullying(session, app_county).number}"


def body(content: bytes, name: str = "张三.jpg", **more: Any) -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name), "kind": "photo", **more}


def test_a_file_with_its_action_in_one_call(app: Flask, program: Program, at: str) -> None:
    sent = files.photo(6)
    answer = program("teacher1").post(f"{at}/evidence", data=body(sent))

    assert answer.status_code == 201, answer.text
    assert answer.json["original_sha256"] == hashlib.sha256(sent).hexdigest()
    assert (answer.json["media_type"], answer.json["cleaned"]) == ("image/jpeg", True)
    listed = program("lead1").get(f"{at}/evidence").json
    assert [one["sha256"] for one in listed] == [answer.json["sha256"]]
    fetched = program("lead1").get(f"{at}/evidence/{answer.json['id']}", buffered=True)
    assert hashlib.sha256(fetched.data).hexdigest() == answer.json["sha256"]
    assert len(fetched.data) == answer.json["size"]
    events = program("lead1").get(f"{at}/timeline").json
    assert events[-1]["action"] == "secure_evidence"
    with app.extensions["casework"].db.reading() as session:
        timeline.verify(session)
        read = session.scalars(select(Access.what).where(Access.door == "api")).all()
    assert {"evidence", f"evidence:{answer.json['id']}", "timeline"} <= set(read)


def test_given_entries_and_versions_count(program: Program, at: str) -> None:
    teacher = program("teacher1")
    more = {"saved_at": "2026-09-21T10:50:00+08:00", "kept_by": "保卫科"}

    assert teacher.post(f"{at}/evidence", data=body(files.PDF, version=9)).status_code == 409
    assert (
        teacher.post(f"{at}/evidence", data=body(files.PDF, version=1, **more)).status_code == 201
    )
    last = teacher.get(f"{at}/timeline").json[-1]
    assert last["data"]["fields"]["saved_at"] == "2026-09-21T02:50:00Z"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (body(files.HTML), "file"),
        (body(files.SVG, "a.png"), "file"),
        ({"kind": "photo"}, "file"),
        (body(files.photo(), kind="nothing"), "kind"),
        (body(files.photo(), saved_at="yesterday"), "saved_at"),
        (body(files.photo(), colour="red"), "colour"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    program: Program, at: str, data: dict[str, Any], field: str
) -> None:
    data = {k: (io.BytesIO(v[0].getvalue()), v[1]) if k == "file" else v for k, v in data.items()}
    answer = program("teacher1").post(
        f"{at}/evidence", data=data, content_type="multipart/form-data"
    )

    assert answer.status_code == 422, answer.text
    assert field in answer.json["errors"]


@pytest.mark.parametrize("who", ["teacher2", "officer2"])
def test_outside_there_is_nothing(program: Program, at: str, who: str) -> None:
    row = program("teacher1").post(f"{at}/evidence", data=body(files.photo())).json["id"]
    other = program(who)

    assert other.get(f"{at}/evidence").status_code == 404
    assert other.get(f"{at}/evidence/{row}").status_code == 404
    assert other.post(f"{at}/evidence", data=body(files.photo())).status_code == 404
    assert other.post(f"{at}/uploads", json={"size": 4}).status_code == 404


def test_a_file_in_pieces_for_any_action(program: Program, at: str) -> None:
    teacher, content = program("teacher1"), files.photo()
    begun = teacher.post(f"{at}/uploads", json={"size": len(content), "name": "a.jpg"})
    assert begun.status_code == 201
    upload = f"{at}/uploads/{begun.json['key']}"
    for offset in range(0, len(content), 500):
        for _ in range(2):
            put = teacher.put(f"{upload}?offset={offset}", data=content[offset : offset + 500])
            assert put.status_code == 200, put.text
    assert teacher.put(f"{upload}?offset=7", data=b"x" * 9999).status_code in {409, 422}
    assert teacher.put(f"{upload}?offset=0", data=b"x" * 1_100_000).status_code == 422
    sha256 = hashlib.sha256(content).hexdigest()

    done = teacher.post(f"{upload}/finish", json={"sha256": sha256})

    assert done.status_code == 201, done.text
    assert teacher.get(upload).json["evidence_id"] == done.json["id"]
    fields = {"kind": "photo", "lost": False, "kept_by": "x", "file": done.json["id"]}
    fields["saved_at"] = "2026-09-21T10:50:00+08:00"
    act = f"{at}/actions/secure_evidence"
    assert teacher.post(act, json={"version": 1, "fields": fields}).status_code == 200
    assert teacher.post(act, json={"version": 2, "fields": fields}).status_code == 422


def test_the_description_tells_all_of_it(program: Program) -> None:
    paths = program("teacher1").get("/api/v1/openapi.json").json["paths"]

    case = "/api/v1/cases/{number}"
    upload = paths[f"{case}/evidence"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert upload["schema"]
    piece = paths[f"{case}/uploads/{{key}}"]["put"]["requestBody"]["content"]
    assert "application/octet-stream" in piece
    fetched = paths[f"{case}/evidence/{{evidence_id}}"]["get"]["responses"]["200"]["content"]
    assert "application/octet-stream" in fetched
    assert {"get", "post"} <= set(paths[f"{case}/evidence"])
    assert "post" in paths[f"{case}/uploads/{{key}}/finish"]
