"""Stored timelines: any single tampering is found, and nothing personal stands on a chain."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Integer, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import Case, Event, Message, PrivateValue, Student, Unit, User
from casework.services import policy, timeline
from casework.timeline.chain import seal
from casework.timeline.verifier import GENESIS, ChainFault, canonical, digest
from config.settings import ROOT
from tests.conftest import BOTH
from tests.factories import MONDAY, make_county
from tests.integration.rich_story import Secrets, live_through

VERIFIER = ROOT / "casework" / "timeline" / "verifier.py"
EVENT_COLUMNS = tuple(column for column in Event.__table__.columns if column.name != "id")


@pytest.fixture(scope="module", params=BOTH)
def story(
    request: pytest.FixtureRequest,
    policy_in_force: policy.Policy,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, Secrets]]:
    """A database with chains, made once for this module; tests put back what they change."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("story") / "casework.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield from told(f"sqlite:///{path}", policy_in_force)
    else:
        with request.getfixturevalue("postgres").fresh() as url:
            yield from told(url, policy_in_force)


def told(url: str, in_force: policy.Policy) -> Iterator[tuple[Database, Secrets]]:
    database, secret = Database(url, policy.in_session_info(in_force)), Secrets()
    with clock.at(MONDAY), database.transaction() as session:
        county = make_county(session)
    live_through(database, county, secret)
    yield database, secret
    database.dispose()


row_id = itemgetter("id")


class Undo(Exception):
    """Puts back what a test has changed."""


def found(database: Database, tamper: Callable[[Session], object]) -> bool:
    """True when verification finds what was done; it is undone afterwards."""
    faults: list[Exception] = []
    with contextlib.suppress(Undo), database.transaction() as session:
        try:
            tamper(session)
            session.flush()
            session.expire_all()
            timeline.verify(session)
        except (ChainFault, IntegrityError) as fault:  # a second seq or prev cannot be stored
            faults.append(fault)
        raise Undo
    return bool(faults)


def rows(session: Session) -> list[dict[str, Any]]:
    """All stored events with their ids, in the order of the chains."""
    query = select(Event.__table__).order_by(Event.case_key, Event.seq)
    return [dict(row) for row in session.execute(query).mappings()]


def other(value: Any, draw: st.DataObject) -> Any:
    """Another value for a column of this kind."""
    if isinstance(value, int):
        return value + draw.draw(st.sampled_from([-1, 1, 1000]))
    if isinstance(value, str):
        place = draw.draw(st.integers(0, max(0, len(value) - 1)))
        return (
            value[:place] + ("0" if value[place : place + 1] != "0" else "1") + value[place + 1 :]
        )
    if value is None:
        return draw.draw(st.sampled_from([7, "x"]))
    return value + timedelta(microseconds=draw.draw(st.sampled_from([-1, 1, 10**9])))


PROPERTY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_untouched_chains_are_whole(story: tuple[Database, Secrets]) -> None:
    database, _ = story
    with database.reading() as session:
        tally = timeline.verify(session)
        assert tally.events == session.scalar(select(func.count()).select_from(Event)) > 40
        assert tally.chains == 3


@PROPERTY
@given(data=st.data())
def test_any_changed_column_is_found(story: tuple[Database, Secrets], data: st.DataObject) -> None:
    """Every column of every event: the stored text, its hash, and what the columns say of it."""

    def tamper(session: Session) -> None:
        row = data.draw(st.sampled_from(rows(session)))
        column = data.draw(st.sampled_from(EVENT_COLUMNS))
        value = other(row[column.name], data)
        if value == 7 and not isinstance(column.type, BigInteger | Integer):
            value = "x"
        elif value == "x" and isinstance(column.type, BigInteger | Integer):
            value = 7
        change = update(Event).where(Event.id == row["id"])
        session.execute(change.values({column.name: value}))

    assert found(story[0], tamper)


@PROPERTY
@given(data=st.data())
def test_a_changed_event_is_found_even_with_a_new_hash(
    story: tuple[Database, Secrets], data: st.DataObject
) -> None:
    """Whoever rewrites an event consistently is betrayed by the next one, or by the head."""

    def tamper(session: Session) -> None:
        row = data.draw(st.sampled_from(rows(session)))
        event = json.loads(row["body"])
        event["data"]["forged"] = data.draw(st.integers(0, 9))
        body = canonical(event)
        change = update(Event).where(Event.id == row["id"])
        session.execute(change.values(body=body, hash=digest(body)))

    assert found(story[0], tamper)


@PROPERTY
@given(data=st.data())
def test_a_removed_event_is_found(story: tuple[Database, Secrets], data: st.DataObject) -> None:
    """First, middle or last; a whole chain, too."""

    def tamper(session: Session) -> None:
        row = data.draw(st.sampled_from(rows(session)))
        whole = data.draw(st.booleans())
        where = Event.case_key == row["case_key"] if whole else Event.id == row["id"]
        session.execute(delete(Event).where(where))

    assert found(story[0], tamper)


@PROPERTY
@given(data=st.data())
def test_swapped_events_are_found(story: tuple[Database, Secrets], data: st.DataObject) -> None:
    """Two events change places: all they say, or only where they stand."""

    def tamper(session: Session) -> None:
        pair = st.lists(st.sampled_from(rows(session)), min_size=2, max_size=2, unique_by=row_id)
        one, two = data.draw(pair)
        kept = ("case_key", "seq", "prev") if data.draw(st.booleans()) else ()
        session.execute(delete(Event).where(Event.id.in_([one["id"], two["id"]])))
        for here, there in ((one, two), (two, one)):
            places = {name: here[name] for name in kept}
            own = {"id": here["id"], "case_key": here["case_key"], "seq": here["seq"]}
            session.execute(insert(Event).values({**there, **places, **own}))

    assert found(story[0], tamper)


@PROPERTY
@given(data=st.data())
def test_an_inserted_event_is_found(story: tuple[Database, Secrets], data: st.DataObject) -> None:
    """Well made, at the end of a chain or as a chain of its own that belongs to nothing."""

    def tamper(session: Session) -> None:
        last = data.draw(st.sampled_from(rows(session)))
        at_end = data.draw(st.booleans())
        chain = last["case_key"] if at_end else "2026-QL-999999"
        chained = [row for row in rows(session) if row["case_key"] == chain]
        tail = chained[-1] if chained else {"seq": 0, "hash": GENESIS}
        forged = seal(
            chain=chain,
            seq=tail["seq"] + 1,
            prev=tail["hash"],
            at=MONDAY,
            actor_id=None,
            actor_role="system",
            action="forged",
            from_state=None,
            to_state=None,
            data={},
        )
        session.execute(insert(Event).values(forged._asdict()))

    assert found(story[0], tamper)


@PROPERTY
@given(data=st.data())
def test_a_changed_head_is_found(story: tuple[Database, Secrets], data: st.DataObject) -> None:
    """Of a case or of a unit, with events or without."""

    def tamper(session: Session) -> None:
        kind = data.draw(st.sampled_from([Case, Unit]))
        subject = data.draw(st.sampled_from(session.scalars(select(kind).order_by(kind.id)).all()))
        if data.draw(st.booleans()):
            subject.head_hash = other(subject.head_hash, data)
        else:
            subject.head_seq = data.draw(
                st.integers(-1, subject.head_seq + 3).filter(lambda n: n != subject.head_seq)
            )

    assert found(story[0], tamper)


def test_nothing_personal_stands_on_a_chain_or_in_a_message(
    story: tuple[Database, Secrets],
) -> None:
    database, secret = story
    with database.reading() as session:
        roster = session.scalars(select(Student.name)).all()
        posts = session.scalars(select(User.name)).all()
        bodies = session.scalars(select(Event.body)).all()
        messages = [
            json.dumps(p, ensure_ascii=False) for p in session.scalars(select(Message.params))
        ]
        kept = set(session.scalars(select(PrivateValue.value)))
    assert len(secret.given) > 20
    for text in [*secret.given, *roster, *posts]:
        assert not [body for body in bodies if text in body]
        assert not [message for message in messages if text in message]
    # They were really typed and can be read by those who may.
    typed = [text for text in secret.given if text.startswith("私密")]
    assert {text for text in typed if not any(text in one for one in kept)} == set()


def test_erasing_personal_texts_breaks_no_chain(story: tuple[Database, Secrets]) -> None:
    def erase(session: Session) -> None:
        assert session.execute(delete(PrivateValue)).rowcount > 20

    assert not found(story[0], erase)


def test_an_export_convinces_the_verifier_that_runs_alone(
    story: tuple[Database, Secrets], tmp_path: Path
) -> None:
    database, _ = story
    with database.reading() as session:
        chains = [c.chain for c in session.scalars(select(Case))] + ["U-S1"]
        lines = [line for chain in chains for line in timeline.export(session, chain)]
    assert judged(tmp_path, lines) == (0, f"whole: 3 chains, {len(lines)} events\n")
    forged = [*lines[:5], lines[5].replace('"role":"', '"role":"x'), *lines[6:]]
    code, said = judged(tmp_path, forged)
    assert (code, "event 6" in said) == (1, True)
    assert judged(tmp_path, lines[:3] + lines[4:])[0] == 1


def judged(folder: Path, lines: list[str]) -> tuple[int, str]:
    """What the one file says about an export, started from elsewhere and without the package."""
    export = folder / "export.jsonl"
    export.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-I", str(VERIFIER), str(export)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr
