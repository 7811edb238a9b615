"""Files of a case: taken in, linked to an event, resumed, kept from others, cleaned away."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from casework.models import Case, Event, Evidence, PrivateValue, Upload
from casework.permissions import Role
from casework.services import approvals, cases, timeline
from casework.services.evidence import cleaning, desk, register, uploads
from casework.services.evidence.desk import Desk
from casework.services.evidence.store import Store
from casework.text import N_
from casework.workflows.definition import Field, FieldType, Second
from casework.workflows.registry import ENGINES
from tests import evidence_files as files
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying
from tests.forks import Conversation
from tests.integration.processes import taker

NAME = "张三伤情.jpg"
SAVED: dict[str, Any] = {"kind": "photo", "lost": False, "kept_by": "校办"}

Desks = Callable[[str], Desk]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


@pytest.fixture
def number(database: Database, county: County) -> str:
    with database.transaction() as session:
        return file_bullying(session, county).number


@pytest.fixture
def desk_of(database: Database, county: County, store: Store) -> Desks:
    """Where somebody hands in files."""
    return lambda who: Desk(database, store, county[who])


def secure(database: Database, county: County, who: str, number: str, file: int) -> int:
    """Perform ``secure_evidence`` with a stored file; the place of its event."""
    with database.transaction() as session:
        case = session.scalars(select(Case)).one()
        assert case.number == number
        fields = SAVED | {"saved_at": clock.now(), "file": file}
        return act(session, county[who], case, "secure_evidence", **fields).case.head_seq


def take(at: Desk, number: str, content: bytes = b"", name: str = NAME) -> Evidence:
    return at.take(number, io.BytesIO(content or files.photo(orientation=6)), name)


def hashes_on_disk(store: Store) -> set[str]:
    return {path.name for path in store.folder.glob("??/??/*") if not path.suffix}


def test_a_photo_is_kept_by_its_hash_and_stands_on_the_timeline(
    database: Database, county: County, store: Store, desk_of: Desks, number: str
) -> None:
    sent = files.photo(orientation=6)
    row = take(desk_of("teacher1"), number, sent)
    seq = secure(database, county, "teacher1", number, row.id)

    kept = store.path(row.sha256).read_bytes()
    assert store.path(row.sha256).parts[-3:] == (row.sha256[:2], row.sha256[2:4], row.sha256)
    assert hashlib.sha256(kept).hexdigest() == row.sha256 != row.original_sha256
    assert hashlib.sha256(sent).hexdigest() == row.original_sha256
    with database.reading() as session:
        body = timeline.bodies(session, number)[seq - 1]
        export = "\n".join(timeline.export(session, number))
        timeline.verify(session)
        texts = timeline.texts(session, number)[seq]
    assert body["data"]["fields"]["file"] == row.id
    assert body["data"]["files"]["file"] == {
        "sha256": row.sha256,
        "original_sha256": row.original_sha256,
        "size": len(kept),
        "media_type": "image/jpeg",
    }
    assert "张三" not in export
    assert row.sha256 in export
    assert texts[f"file.{row.id}.name"] == NAME


def test_the_name_can_be_erased_and_the_chain_still_holds(
    database: Database, county: County, desk_of: Desks, number: str
) -> None:
    row = take(desk_of("teacher1"), number)
    secure(database, county, "teacher1", number, row.id)
    with database.transaction() as session:
        session.execute(delete(PrivateValue).where(PrivateValue.value == NAME))

    with database.reading() as session:
        timeline.verify(session)
        found, name = register.find(session, county["lead1"], number, row.id)
    assert (found.id, name, found.name) == (row.id, "", None)


@pytest.mark.parametrize("who", ["lead1", "teacher1b", "officer1"])
def test_a_file_belongs_to_who_sent_it_until_an_event_carries_it(
    database: Database, county: County, desk_of: Desks, number: str, who: str
) -> None:
    row = take(desk_of("teacher1"), number)

    with database.reading() as session, pytest.raises(NotFound):
        register.find(session, county[who], number, row.id)
    with pytest.raises((Invalid, NotFound)):
        secure(database, county, who, number, row.id)
    secure(database, county, "teacher1", number, row.id)
    if who != "teacher1b":
        with database.reading() as session:
            assert register.find(session, county[who], number, row.id)[1] == NAME


def test_a_file_is_used_once_and_in_its_own_case_only(
    database: Database, county: County, desk_of: Desks, number: str
) -> None:
    row = take(desk_of("teacher1"), number)
    secure(database, county, "teacher1", number, row.id)

    with pytest.raises(Invalid) as refusal:
        secure(database, county, "teacher1", number, row.id)
    assert set(refusal.value.errors) == {"file"}
    with database.transaction() as session:
        other = file_bullying(session, county)
        with pytest.raises(NotFound):
            register.find(session, county["teacher1"], other.number, row.id)
        fields = SAVED | {"saved_at": clock.now(), "file": take_id(session, row)}
        with pytest.raises(Invalid):
            act(session, county["teacher1"], other, "secure_evidence", **fields)


def take_id(session: Any, row: Evidence) -> int:
    """The id of a file, made unused again."""
    session.get_one(Evidence, row.id).seq = None
    session.flush()
    return row.id


def test_who_is_outside_or_named_finds_nothing(
    database: Database, county: County, desk_of: Desks, number: str
) -> None:
    row = take(desk_of("teacher1"), number)
    secure(database, county, "teacher1", number, row.id)

    for who in ("teacher2", "principal2", "officer2"):
        with pytest.raises(NotFound):
            take(desk_of(who), number)
        with database.reading() as session, pytest.raises(NotFound):
            register.find(session, county[who], number, row.id)


def test_administrators_hand_in_nothing(desk_of: Desks, number: str) -> None:
    with pytest.raises(NotAllowed):
        take(desk_of("admin1"), number)


def test_the_same_photo_twice_is_one_file_and_two_rows(
    store: Store, desk_of: Desks, number: str
) -> None:
    rows = [take(desk_of("teacher1"), number) for _ in range(2)]

    assert rows[0].id != rows[1].id
    assert hashes_on_disk(store) == {rows[0].sha256} == {rows[1].sha256}


def test_a_case_holds_so_many_files_and_no_more(
    desk_of: Desks, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_FILES", 1)
    take(desk_of("teacher1"), number)

    with pytest.raises(Conflict):
        take(desk_of("teacher1"), number)


def test_a_case_holds_so_many_bytes_and_no_more(
    store: Store, desk_of: Desks, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_BYTES", 100)

    with pytest.raises(Conflict):
        take(desk_of("teacher1"), number)
    with pytest.raises(Conflict):
        desk_of("teacher1").start(number, 101, "")


def test_one_person_sends_so_many_an_hour(
    desk_of: Desks, number: str, monkeypatch: pytest.MonkeyPatch, frozen: Frozen
) -> None:
    monkeypatch.setattr(desk, "PER_PERSON", type(desk.PER_PERSON)(2))
    desk_of("teacher1").start(number, 1, "")
    desk_of("teacher1").start(number, 1, "")

    with pytest.raises(TooMany) as refusal:
        desk_of("teacher1").start(number, 1, "")
    assert 0 < refusal.value.retry_after <= 3600  # type: ignore[attr-defined]
    desk_of("lead1").start(number, 1, "")


def test_a_file_in_pieces_is_the_file(desk_of: Desks, number: str) -> None:
    content, at = files.photo(size=(400, 300)), desk_of("teacher1")
    key = at.start(number, len(content), NAME).key
    for offset in range(0, len(content), 1000):
        piece = content[offset : offset + 1000]
        first = at.write(number, key, offset, piece)
        assert at.write(number, key, offset, piece) == first  # the answer was lost: sent again

    row = at.finish(number, key, hashlib.sha256(content).hexdigest())

    assert row.original_sha256 == hashlib.sha256(content).hexdigest()
    assert row.name == NAME
    assert at.finish(number, key, None).id == row.id
    assert not at.store.part(key).exists()


def test_a_piece_out_of_turn_tells_where_to_go_on(
    database: Database, county: County, desk_of: Desks, number: str
) -> None:
    at = desk_of("teacher1")
    key = at.start(number, 10, "").key
    at.write(number, key, 0, b"aaaa")

    for offset, data in ((5, b"b"), (3, b"bb")):
        with pytest.raises(Conflict) as refusal:
            at.write(number, key, offset, data)
        assert refusal.value.text.params == {"received": 4}
    for offset, data in ((4, b"b" * 7), (-1, b"b"), (4, b"")):
        with pytest.raises((Invalid, Conflict)):
            at.write(number, key, offset, data)
    with pytest.raises(Conflict):
        at.finish(number, key, None)
    with database.reading() as session:
        assert uploads.progress(session, county["teacher1"], number, key).received == 4


def test_bytes_that_changed_on_the_way_are_refused_and_sent_anew(
    desk_of: Desks, number: str
) -> None:
    content, at = files.photo(), desk_of("teacher1")
    digest = hashlib.sha256(content).hexdigest()
    key = at.start(number, len(content), NAME).key
    at.write(number, key, 0, b"\0" + content[1:])
    with pytest.raises(Invalid):
        at.finish(number, key, digest)

    at.write(number, key, 0, content)

    assert at.finish(number, key, digest).original_sha256 == digest


@pytest.mark.parametrize("who", ["lead1", "teacher1b", "officer1", "teacher2"])
def test_nobody_else_can_go_on_with_an_upload(
    database: Database, county: County, desk_of: Desks, number: str, who: str
) -> None:
    key = desk_of("teacher1").start(number, 4, "").key
    other = desk_of(who)

    with pytest.raises(NotFound):
        other.write(number, key, 0, b"aaaa")
    with pytest.raises(NotFound):
        other.finish(number, key, None)
    with database.reading() as session, pytest.raises(NotFound):
        uploads.progress(session, county[who], number, key)


def test_pieces_lost_with_the_disk_are_sent_anew(desk_of: Desks, number: str) -> None:
    content, at = files.photo(), desk_of("teacher1")
    key = at.start(number, len(content), "").key
    at.write(number, key, 0, content[:100])
    at.store.part(key).unlink()

    assert at.write(number, key, 100, content[100:]).received == 0
    at.write(number, key, 0, content)
    assert at.finish(number, key, None).id


def test_what_nobody_used_is_gone_after_a_day(
    database: Database,
    county: County,
    store: Store,
    desk_of: Desks,
    number: str,
    frozen: Frozen,
) -> None:
    at = desk_of("teacher1")
    used, unused = take(at, number), take(at, number, files.PDF, "a.pdf")
    secure(database, county, "teacher1", number, used.id)
    key = at.start(number, 4, "").key
    at.write(number, key, 0, b"aa")
    frozen.forward(hours=25)
    for path in store.folder.glob("**/*"):
        os.utime(path, (time.time() - 90_000,) * 2)

    assert cleaning.clean(database, store) == 2

    assert hashes_on_disk(store) == {used.sha256}
    assert store.preview(used.sha256).exists()
    assert not store.part(key).exists()
    with database.reading() as session:
        assert [row.id for row in session.scalars(select(Evidence))] == [used.id]
        assert session.scalars(select(Upload)).all() == []
        timeline.verify(session)
    with pytest.raises(Invalid):
        secure(database, county, "teacher1", number, unused.id)


def test_cleaning_spares_what_is_on_its_way(
    database: Database, store: Store, desk_of: Desks, number: str
) -> None:
    at = desk_of("teacher1")
    row, key = take(at, number), at.start(number, 4, "").key
    at.write(number, key, 0, b"aa")
    for path in store.folder.glob("**/*"):
        os.utime(path, (time.time() - 90_000,) * 2)

    cleaning.clean(database, store)

    assert hashes_on_disk(store) == {row.sha256}
    assert at.write(number, key, 2, b"bb").received == 4


def test_killed_at_any_step_no_row_is_without_its_file(
    database: Database, database_url: str, store: Store, number: str
) -> None:
    left_behind = 0
    with Conversation(taker.main, database_url, str(store.folder.parent), number) as process:
        for step in range(1, 100):
            process.say(str(step))
            done = process.hear() == "done"
            if done:
                assert process.hear() == "dead"
            with database.reading() as session:
                known = set(session.scalars(select(Evidence.sha256)))
            for digest in known:
                content = store.path(digest).read_bytes()
                assert hashlib.sha256(content).hexdigest() == digest
                assert store.preview(digest).exists()
            assert bool(known) or not done
            left_behind += not known and bool(hashes_on_disk(store))
            if done:
                break

    assert step > 10
    assert left_behind
    for path in store.folder.glob("**/*"):
        os.utime(path, (time.time() - 90_000,) * 2)
    with database.transaction() as session:
        session.execute(delete(Evidence))
    assert cleaning.clean(database, store) >= 1
    assert [p for p in store.folder.glob("**/*") if p.is_file() and p.suffix != ".lock"] == []


@pytest.fixture
def two_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any action may have a file, also one that needs a second person."""
    found = ENGINES["bullying"].workflow.action("add_note")
    assert found is not None
    proof = Field("proof", FieldType.FILE, N_("The file"), required=False)
    monkeypatch.setattr(type(found), "__setattr__", object.__setattr__)
    monkeypatch.setattr(found, "fields", (*found.fields, proof))
    monkeypatch.setattr(found, "second", (Second((Role.SAFETY_LEAD,)),))


@pytest.mark.usefixtures("two_persons")
@pytest.mark.parametrize("approve", [True, False])
def test_a_file_waits_with_its_step_for_the_second_person(
    database: Database,
    county: County,
    store: Store,
    desk_of: Desks,
    number: str,
    frozen: Frozen,
    approve: bool,
) -> None:
    row = take(desk_of("teacher1"), number)
    with database.transaction() as session:
        case = session.scalars(select(Case)).one()
        given = {"text": "见附件", "proof": row.id}
        asked = cases.perform_action(
            session, county["teacher1"], number, "add_note", version=case.version, fields=given
        )
        assert asked.approval is not None
        waiting = asked.approval.id
    frozen.forward(hours=30)
    cleaning.clean(database, store)
    with database.transaction() as session:
        approvals.decide(session, county["lead1"], waiting, approve=approve, reason="看过")

    with database.reading() as session:
        found, name = register.find(session, county["lead1"], number, row.id)
        event = session.scalars(select(Event).where(Event.seq == found.seq)).one()
        timeline.verify(session)
    assert name == NAME
    assert event.action == ("add_note" if approve else "approval_requested")
    assert row.sha256 in event.body


def test_a_file_cleaned_away_meanwhile_stops_the_step(
    database: Database, county: County, desk_of: Desks, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = take(desk_of("teacher1"), number)
    monkeypatch.setattr(cleaning, "LIFETIME", timedelta(seconds=-1))
    monkeypatch.setattr("casework.services.references.check", lambda *_: {})
    with database.transaction() as session:
        session.execute(delete(Evidence))

    with pytest.raises(Conflict):
        secure(database, county, "teacher1", number, row.id)
