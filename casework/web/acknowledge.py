"""The signed link of a message: acknowledge with one tap on a telephone that is not logged in.

Looking changes nothing, for programs that scan mail open every link; only the button acknowledges.
The address is the secret: whoever has it may press the button, and no session stands behind it that
a foreign page could abuse, so the form needs no token against that. A link that was made up, has
grown old or belongs to somebody who must not know of the case any more all look the same.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from casework.errors import CaseworkError, Conflict, NotFound
from casework.http import anonymous, db, ground, reading, transaction
from casework.http.errors import problem_of
from casework.http.security import csrf
from casework.i18n import LOCALES
from casework.services.calls.answering import acknowledge_by_link
from casework.services.limits import Tries
from casework.services.pages.link import LinkPage, link_page

blueprint = Blueprint("acknowledge", __name__, url_prefix=anonymous.LINKS)
csrf.exempt(blueprint)

PER_ADDRESS = RateLimitItemPerMinute(60, 15)
"""A whole office may stand behind one address; looking is not counted, for it costs nothing."""


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """What the link is about, and the one button."""
    office = ground().office
    call_id = office.links.read(token)
    if call_id is None:
        raise NotFound
    with reading() as session:
        page = link_page(session, call_id, office.terms)
    return _page("acknowledge.html", page)


@blueprint.post("/<token>")
def send(token: str) -> ResponseReturnValue:
    """Acknowledge; who was quicker is said on the page."""
    Tries(db(), "acknowledge", PER_ADDRESS).count(request.remote_addr or "")
    office = ground().office
    call_id = office.links.read(token)
    if call_id is None:
        raise NotFound
    try:
        with transaction() as session:
            acknowledge_by_link(session, call_id, office.terms.link_lives)
    except Conflict:
        pass  # somebody was quicker; the page says who
    return redirect(url_for("acknowledge.show", token=token, lang=_wish()), 303)


@blueprint.errorhandler(CaseworkError)
def _refused(error: CaseworkError) -> ResponseReturnValue:
    g.locale = _wish()
    problem = problem_of(error)
    page = render_template("acknowledge_ended.html", problem=problem, here=request.path)
    return page, problem.status, dict(problem.headers)


def _page(template: str, page: LinkPage) -> str:
    """In the language of whoever was called, who may choose the other one."""
    g.locale = _wish() or page.locale or None
    return render_template(template, page=page, here=request.path)


def _wish() -> str | None:
    wish = request.args.get("lang")
    return wish if wish in LOCALES else None
