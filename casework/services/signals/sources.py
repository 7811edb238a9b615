"""Programs that send signals: a platform, a fire panel, a monitor; each with a secret of its own.

The secret is derived from the key of the installation: nothing in the database, nor a backup of it,
lets anybody send in a source's name. A new secret ends the old one at once.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotFound
from casework.models import SignalSource, Unit
from casework.services.actors import school_of
from casework.services.signals.kinds import ANONYMOUS, KINDS
from casework.services.signals.receiving import NO_KIND, NO_PLACE
from casework.text import N_, Text

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,40}")
PREFIX = "cws_"
NO_NAME = N_("A source is called by 2 to 41 small letters, digits and hyphens.")
TAKEN = N_("There is a source %(name)s already.")
NO_SOURCE = N_("There is no source %(name)s.")
NO_UNIT = N_("There is no unit with the code %(code)s.")


def create(session: Session, name: str, kind: str, unit_code: str) -> SignalSource:
    """A source of one kind of signals about a unit and what lies below it.

    Raises Invalid by field, Conflict when the name is taken.
    """
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    errors: dict[str, list[Text]] = {}
    if not NAME.fullmatch(name):
        errors["name"] = [Text(NO_NAME)]
    if kind not in KINDS or kind == ANONYMOUS:
        kinds = ", ".join(one for one in KINDS if one != ANONYMOUS)
        errors["kind"] = [Text(NO_KIND, {"kind": kind, "kinds": kinds})]
    if unit is None:
        errors["unit"] = [Text(NO_UNIT, {"code": unit_code})]
    if errors or unit is None:
        raise Invalid(errors)
    if session.scalar(select(SignalSource.id).where(SignalSource.name == name)) is not None:
        raise Conflict(Text(TAKEN, {"name": name}))
    source = SignalSource(
        name=name,
        kind=kind,
        unit_id=unit.id,
        salt=secrets.token_hex(16),
        generation=1,
        created_at=clock.now(),
    )
    session.add(source)
    session.flush()
    return source


def rotate(session: Session, name: str) -> SignalSource:
    """Give the source a new secret; a disabled one works again. Raises NotFound."""
    source = find(session, name)
    source.generation += 1
    source.disabled_at = None
    session.flush()
    return source


def disable(session: Session, name: str) -> SignalSource:
    """Take nothing from the source any more. Raises NotFound."""
    source = find(session, name)
    source.disabled_at = source.disabled_at or clock.now()
    session.flush()
    return source


def find(session: Session, name: str) -> SignalSource:
    """The source of this name, locked. Raises NotFound."""
    query = select(SignalSource).where(SignalSource.name == name).with_for_update()
    source = session.scalar(query)
    if source is None:
        raise NotFound(Text(NO_SOURCE, {"name": name}))
    return source


def listed(session: Session) -> list[dict[str, Any]]:
    """All sources, without their secrets."""
    query = select(SignalSource, Unit.code).join(Unit, SignalSource.unit_id == Unit.id)
    return [
        {
            "name": source.name,
            "kind": source.kind,
            "unit": code,
            "generation": source.generation,
            "disabled": source.disabled_at is not None,
        }
        for source, code in session.execute(query.order_by(SignalSource.name))
    ]


def secret_of(source: SignalSource, key: str) -> str:
    """The secret of a source in its present generation; ``key`` is that of the installation."""
    info = f"casework signal source {source.name} {source.generation}"
    derived = HKDF(SHA256(), length=32, salt=bytes.fromhex(source.salt), info=info.encode())
    return PREFIX + derived.derive(key.encode()).hex()


def place(session: Session, source: SignalSource, unit_code: str | None) -> Unit:
    """What a delivery is about: the source's own unit, or one below it. Raises Invalid."""
    own = session.get_one(Unit, source.unit_id)
    unit = own
    if unit_code is not None:
        found = session.scalar(select(Unit).where(Unit.code == unit_code))
        if found is None or not found.path.startswith(own.path):
            raise Invalid({"unit": [Text(NO_UNIT, {"code": unit_code[:64]})]})
        unit = found
    if KINDS[source.kind].alarm and school_of(session, unit).kind != "school":
        raise Invalid({"unit": [Text(NO_PLACE)]})
    return unit
