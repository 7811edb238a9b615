"""The two doors of the tests: the services themselves, and programs that speak HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.db import Database
from casework.models import Base, Clock, Person
from casework.permissions import SYSTEM
from casework.services import approvals, cases, filing, timeline, tokens
from casework.services.filing import NewCase
from casework.services.scope import load_case
from tests.factories import County
from tests.integration.storytelling import Row, Sight

NOT_OF_THE_CASE = "approval.decide"
"""Runs beside the case for the approver; the doors show it or not."""

NOT_SENT = {"source", "handled_by", "filed_at", "earlier"}
"""What a report holds that no program may say."""


class ServiceDoor:
    """Straight to the services, one transaction a call, as every door does."""

    def __init__(self, db: Database, county: County) -> None:
        self.db, self.county = db, county

    def file(self, login: str, report: NewCase) -> str:
        """File a report."""
        with self.db.transaction() as session:
            return filing.file_case(session, self.county[login], report).number

    def act(self, login: str, number: str, action: str, version: int, fields: Any) -> int | None:
        """Perform an action, or request it."""
        with self.db.transaction() as session:
            done = cases.perform_action(
                session, self.county[login], number, action, version=version, fields=fields
            )
            return done.approval.id if done.approval else None

    def approve(self, login: str, approval: int) -> None:
        """Approve a request."""
        with self.db.transaction() as session:
            approvals.decide(session, self.county[login], approval, approve=True)

    def sight(self, number: str) -> Sight:
        """The rows of the case."""
        with self.db.reading() as session:
            case = load_case(session, SYSTEM, number)
            own = (Clock.case_id == case.id, Clock.rule_id != NOT_OF_THE_CASE)
            rows = session.scalars(select(Clock).where(*own).order_by(Clock.id))
            clocks = {
                row.id: Row(
                    "/".join(filter(None, (row.rule_id, row.recipient))),
                    row.target_at,
                    row.limit_at,
                    row.stopped_at,
                )
                for row in rows
            }
            events = timeline.bodies(session, number)
            return Sight(case.state, case.version, clocks, events)

    def part(self, number: str, part: str, place: int) -> int:
        """A person of the case by part."""
        with self.db.reading() as session:
            case = load_case(session, SYSTEM, number)
            query = select(Person.id).where(Person.case_id == case.id, Person.part == part)
            return list(session.scalars(query.order_by(Person.id)))[place]


class HttpDoor:
    """Over HTTP, with a bearer token for each person; the bureau's leader looks on."""

    def __init__(self, app: Flask, county: County, onlooker: str = "leader1") -> None:
        self.db: Database = app.extensions["casework"].db
        self.county, self.onlooker = county, onlooker
        self.client = app.test_client()
        with self.db.transaction() as session:
            self.tokens = {who: tokens.create_token(session, who) for who in county.actors}

    def call(self, login: str, method: str, path: str, body: Any = None) -> TestResponse:
        """One call in somebody's name."""
        headers = {"Authorization": f"Bearer {self.tokens[login]}"}
        data = None if body is None else json.dumps(body)  # which escapes what UTF-8 cannot say
        return self.client.open(
            f"/api/v1{path}",
            method=method,
            data=data,
            headers=headers,
            content_type="application/json",
        )

    def wanted(self, login: str, method: str, path: str, *codes: int, body: Any = None) -> Any:
        """The answer to a call that must succeed with one of these codes."""
        answer = self.call(login, method, path, body)
        assert answer.status_code in codes, f"{method} {path}: {answer.text}"
        return answer.json

    def file(self, login: str, report: NewCase) -> str:
        """POST /cases."""
        body = plain(
            {name: value for name, value in asdict(report).items() if name not in NOT_SENT}
        )
        answer = self.wanted(login, "POST", "/cases", 201, body=body)
        assert answer["receipt"]["number"] == answer["number"]
        return str(answer["number"])

    def act(self, login: str, number: str, action: str, version: int, fields: Any) -> int | None:
        """POST …/actions/{action}; the answer is the case, or 202 with the request."""
        body = {"version": version, "fields": plain(fields)}
        path = f"/cases/{number}/actions/{action}"
        answer = self.wanted(login, "POST", path, 200, 202, body=body)
        if "approvers" in answer:
            assert (answer["case"], answer["decision"]) == (number, None)
            return int(answer["id"])
        assert answer["version"] == version + 1
        return None

    def approve(self, login: str, approval: int) -> None:
        """POST /approvals/{id}/decision."""
        path = f"/approvals/{approval}/decision"
        answer = self.wanted(login, "POST", path, 200, body={"approve": True})
        assert answer["decision"] == "approved"

    def sight(self, number: str) -> Sight:
        """The case with its clocks and its timeline."""
        case = self.wanted(self.onlooker, "GET", f"/cases/{number}", 200)
        rows = self.wanted(self.onlooker, "GET", f"/cases/{number}/clocks", 200)
        events = self.wanted(self.onlooker, "GET", f"/cases/{number}/timeline", 200)
        clocks = {
            row["id"]: Row(
                "/".join(filter(None, (row["rule"], row["recipient"]))),
                _instant(row["target_at"]),
                _instant(row["limit_at"]),
                _instant(row["stopped_at"]),
            )
            for row in rows
            if row["rule"] != NOT_OF_THE_CASE
        }
        return Sight(case["state"], case["version"], clocks, events)

    def part(self, number: str, part: str, place: int) -> int:
        """A person of the case by part."""
        case = self.wanted(self.onlooker, "GET", f"/cases/{number}", 200)
        return int([one["id"] for one in case["people"] if one["part"] == part][place])


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def plain(value: Any) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


def dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to compare before and after."""

    def rows() -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        for table in Base.metadata.sorted_tables:
            query = select(table).order_by(*table.primary_key.columns)
            yield table.name, [tuple(row) for row in session.execute(query)]

    return dict(rows())
