"""The receipt of whoever files: a signed statement of number, time and head of the chain."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from casework.models import Case
from casework.services.timeline import instant_text

KEY_FILE = "signing_key"


def receipt(case: Case, data_dir: Path) -> dict[str, Any]:
    """Number, place and head of the chain and the time of filing, signed if there is a key.

    ``signature`` is Ed25519 over the statement's JSON with sorted keys and no blanks.
    """
    statement = {
        "number": case.number,
        "seq": case.head_seq,
        "head": case.head_hash,
        "at": instant_text(case.filed_at),
    }
    key = signing_key(data_dir)
    if key is None:
        return statement
    signed = key.sign(statement_bytes(statement))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {**statement, "public_key": public.hex(), "signature": signed.hex()}


def statement_bytes(statement: dict[str, Any]) -> bytes:
    """The bytes that are signed."""
    return orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)


def signing_key(data_dir: Path) -> Ed25519PrivateKey | None:
    """The installation's key, or None before `init` has made one."""
    file = data_dir / KEY_FILE
    if not file.exists():
        return None
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text(encoding="ascii")))


def make_signing_key(data_dir: Path) -> bool:
    """Make the key, readable by its owner only; False when there is one already."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(data_dir / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
    return True
