"""A file taken over while its page is being sent: the page grows, and tells how far it has come.

So a browser shows the bar without scripts, and what is said once, the passwords of new accounts, is
kept nowhere. Who leaves before the end breaks the import off, and nothing of it stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Response, stream_template
from sqlalchemy.exc import DBAPIError

from casework.errors import CaseworkError
from casework.http import transaction
from casework.http.errors import BROKEN
from casework.permissions import Actor
from casework.services.importing import run
from casework.services.importing.outcome import Outcome
from casework.text import N_, Text

log = logging.getLogger(__name__)
READING = N_("The file is being read …")
COMPARING = N_("Its lines are being compared with what is known …")
BAR = "<progress"
WRITING = N_("%(done)s of %(total)s lines")


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work has come; without a total nobody can tell yet."""

    text: Text
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class Taking:
    """One file on its way; after the last step there is an outcome, or the reason why not."""

    actor: Actor
    kind: str
    data: bytes
    within: str | None
    outcome: Outcome | None = None
    done: bool = False
    problem: Text | None = field(default=None)

    def steps(self) -> Iterator[Step]:
        """Do the work; what stops it is told by the page, whose status has been sent by then."""
        try:
            yield from self._work()
        except run.Faulty as faulty:  # somebody changed something since the preview
            self.outcome = faulty.outcome
        except CaseworkError as error:
            self.problem = error.text
        except DBAPIError:
            log.exception("an import failed")
            self.problem = Text(BROKEN)

    def _work(self) -> Iterator[Step]:
        yield Step(Text(READING))
        parsed = run.parse(self.kind, self.data)
        yield Step(Text(COMPARING))
        with transaction() as session:
            work = run.steps(session, self.actor, parsed, self.within)
            done, total = 0, len(parsed.read.rows)
            while True:
                try:
                    done = min(done + next(work), total)
                except StopIteration as end:
                    found: Outcome = end.value
                    break
                yield Step(Text(WRITING, {"done": done, "total": total}), done, total)
        self.outcome, self.done = found, True


def _in_parts(pieces: Iterator[str]) -> Iterator[str]:
    """What stands before each step and after the last one, in one part each.

    The template comes in hundreds of pieces; a part must go out before the work of its step begins.
    """
    waiting: list[str] = []
    for piece in pieces:
        waiting.append(piece)
        if BAR in piece:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def sent(taking: Taking, **page: object) -> Response:
    """The page that carries a file over while it is sent."""
    response = Response(_in_parts(stream_template("admin_taking.html", taking=taking, **page)))
    response.headers["X-Accel-Buffering"] = "no"  # a proxy would keep the bar back until the end
    return response
