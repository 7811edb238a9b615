"""One application and one database for the whole matrix: it is asked thousands of times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Response
from sqlalchemy.orm import Session

from casework import create_app
from casework.http import errors
from casework.permissions import Actor
from casework.services import actors, logins, tokens
from casework.services.policy import Policy
from tests.conftest import Frozen, settings_for
from tests.factories import MONDAY
from tests.integration.access.world import World, build


@pytest.fixture(scope="module")
def world(
    sqlite_template: Path, policy_in_force: Policy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The small county with its cases, standing still at a Monday morning."""
    folder = tmp_path_factory.mktemp("access")
    file = folder / "casework.db"
    file.write_bytes(sqlite_template.read_bytes())
    frozen = Frozen()
    frozen.move_to(MONDAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("casework.load_policy", lambda _: policy_in_force)
        app = create_app(settings_for(f"sqlite:///{file}", folder))
        app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
        found = build(app, folder)
        _make_haste(patch)
        yield found
    app.extensions["casework"].db.dispose()
    frozen.thaw()


def _make_haste(patch: pytest.MonkeyPatch) -> None:
    """Nobody's posts change here, and no page says more about an error than its sentence."""
    known: dict[int, Actor] = {}
    real = actors.load_actor

    def load(session: Session, user_id: int, at: datetime) -> Actor:
        if user_id not in known:
            known[user_id] = real(session, user_id, at)
        return known[user_id]

    patch.setattr(actors, "load_actor", load)
    for module in (logins, tokens):
        patch.setattr(module, "load_actor", load, raising=False)
    patch.setattr(errors, "_page", lambda problem: Response(problem.detail))
