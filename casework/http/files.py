"""Files at the doors: room for them in a request, and how they leave the house again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, TypeVar

from flask import Response, current_app, request, send_file

from casework.errors import NotFound
from casework.http.context import current_actor, db, ground, reading, record_reading, viewer
from casework.services.evidence import register
from casework.services.evidence.desk import Desk
from casework.services.evidence.kinds import INLINE, KINDS
from casework.services.evidence.store import MOST, Store

log = logging.getLogger(__name__)

ROOM = MOST + 2 * 1024 * 1024
"""One file and the form around it."""
ROOM_OF_ANYBODY = 5 * MOST + 2 * 1024 * 1024
OF_ANYBODY = "most_bytes_of_anybody"
HEADERS = {
    # Whatever a file holds, opened by itself it can neither run nor load anything.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

View = TypeVar("View", bound=Callable[..., Any])


def takes_a_file(view: View) -> View:
    """Mark a view whose requests may be as large as a file; others stay as small as forms are."""
    view.most_bytes = ROOM  # type: ignore[attr-defined]
    return view


def takes_pictures_of_anybody(view: View) -> View:
    """Mark a view that takes pictures from people without an account."""
    view.most_bytes_of_anybody = ROOM_OF_ANYBODY  # type: ignore[attr-defined]
    return view


def make_room(endpoint: str | None, values: object) -> None:
    """Raise the limit for such a view, before anything reads the body; for known people only."""
    view = current_app.view_functions.get(endpoint or "")
    most, open_to_all = (getattr(view, name, None) for name in ("most_bytes", OF_ANYBODY))
    sends = request.method == "POST" and request.mimetype == "multipart/form-data"
    if open_to_all is not None and sends:
        request.max_content_length = open_to_all
    elif most is not None and sends and viewer() is not None:
        request.max_content_length = most


def store() -> Store:
    """The evidence folder of this installation."""
    return Store(ground().settings.data_dir)


def desk() -> Desk:
    """Where the person of this request hands in files."""
    return Desk(db(), store(), current_actor())


def send_evidence(number: str, evidence_id: int) -> Response:
    """One file of a case, or with ``?preview`` its small picture; that it was read is recorded.

    Only a picture that was drawn anew is shown in place, and never with ``?download``.
    """
    with reading() as session:
        row, name = register.find(session, current_actor(), number, evidence_id)
    small = "preview" in request.args
    if small and not row.cleaned:
        raise NotFound
    path = store().preview(row.sha256) if small else store().path(row.sha256)
    if not path.is_file():
        log.error("the file of evidence %s is missing", row.id)
        raise NotFound
    record_reading(number, f"evidence:{row.id}")
    shown = row.cleaned and row.media_type in INLINE and "download" not in request.args
    kind = KINDS[row.media_type]
    answer = send_file(
        path,
        mimetype="image/jpeg" if small else row.media_type,
        as_attachment=not (small or shown),
        download_name=_download_name(name or f"{number}-{row.id}", kind.ending),
        conditional=True,
        etag=f"{row.sha256}{'-small' if small else ''}",
    )
    answer.headers.update(HEADERS)
    return answer


def _download_name(name: str, ending: str) -> str:
    """The name as it was sent, with the ending of what the file is."""
    return f"{PurePosixPath(name).stem or 'file'}.{ending}"
