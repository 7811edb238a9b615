"""Reports without a name: anybody writes, gets a code, and reads answers with it. No cookie at all.

Nothing is bound to a login or a session here, so there is nothing a foreign page could abuse: the
forms carry no token against it. The code travels in the body only, never in an address.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from casework import clock
from casework.errors import CaseworkError, Conflict, Invalid, TooMany
from casework.http import anonymous, db, ground, reading, transaction
from casework.http.errors import BROKEN, SENTENCES, Problem, problem_of
from casework.http.files import store, takes_pictures_of_anybody
from casework.http.security import csrf
from casework.i18n import LOCALES, render, say
from casework.services.intake import codes, files, receipts, sending, talking
from casework.services.intake.pressure import Pressure, Wait
from casework.services.intake.settings import is_urgent
from casework.services.pages import intake as pages
from casework.text import N_, Text
from casework.web import forms
from casework.workflows.forms import REQUIRED

blueprint = Blueprint("intake", __name__, url_prefix=anonymous.PREFIX)
csrf.exempt(blueprint)

PARTS = {
    "where": N_("Where"),
    "when": N_("When"),
    "who": N_("Who is part of it"),
}
LONGEST_PART = 300
BROKEN_FROM = 500
TOO_LONG = N_("At most %(most)s characters.")
DANGER_NOW = N_("Somebody is in danger now, says the report.")
SLIP = N_("A letter is mistyped or missing: compare the code with your note, sign by sign.")
BUSY = N_(
    "Very many reports have come into this letter box within the hour. What you wrote is kept "
    "below: send it again in a while, or use the telephone."
)


@blueprint.before_request
def _language() -> None:
    """The language is part of the address; nothing remembers it."""
    wish = request.args.get("lang")
    g.locale = wish if wish in LOCALES else None


@blueprint.get("")
def choose() -> ResponseReturnValue:
    """All open letter boxes, by county."""
    box = request.args.get("box")
    if box:
        return redirect(url_for("intake.form", code=box, lang=g.locale), 303)
    with reading() as session:
        counties = pages.choose_page(session)
    county_id = forms.whole(request.args.get("county"))
    chosen = [one for one in counties if one.unit_id == county_id or len(counties) == 1]
    return _page("intake_choose.html", counties=counties, chosen=chosen[0] if chosen else None)


@blueprint.get("/<code>")
def form(code: str, problem: Problem | None = None, status: int = 200) -> ResponseReturnValue:
    """The form of one letter box; shown again with everything typed."""
    with reading() as session:
        page = pages.form_page(session, code)
    nonce = request.form.get("nonce") or codes.new_nonce()
    return _page(
        "intake_form.html",
        page=page,
        problem=problem,
        typed=request.form,
        nonce=nonce,
        staff=pages.STAFF,
    ), status


@blueprint.post("/<code>")
@takes_pictures_of_anybody
def send(code: str) -> ResponseReturnValue:
    """Take a report in and show its code; danger to life leads to the telephone first."""
    with reading() as session:
        page = pages.form_page(session, code)
    try:
        text = _report_text()
        urgent = request.form.get("danger") == "yes" or is_urgent(text)
        if urgent and not request.form.get("warned"):
            return _danger(url_for("intake.send", code=page.code, lang=g.locale))
        receipt_code = codes.code_for(_secret(), request.form.get("nonce", ""))
        plain = codes.cleaned(receipt_code) or ""
        pressure().report(page.box_id)
        pictures = files.take(store(), _sent_files())
        seal = codes.seal(_secret(), plain, text, *(one.sha256 for one in pictures))
        staff = request.form.get("staff", "")
        report = sending.Report(text, staff, urgent, codes.hashed(plain), seal, pictures)
        with transaction() as session:
            shown = pages.talk_page(session, sending.send(session, page.box_id, report))
    except (Invalid, Conflict) as error:
        return form(code, problem_of(error), error.status)
    except TooMany as error:
        busy = Problem(error.status, "busy", say(BUSY), say(BUSY))
        return form(code, busy, error.status)
    standing = pages.standing(shown.prospect)
    return _page("intake_receipt.html", page=shown, standing=standing, code=receipt_code)


@blueprint.get("/answers")
def answers() -> ResponseReturnValue:
    """Ask for the code."""
    return _page("intake_answers.html", wrong=False, slip=None, wait=None, code="")


@blueprint.post("/answers")
@takes_pictures_of_anybody
def unlock() -> ResponseReturnValue:
    """The conversation of a code, with what was added to it. A wrong code looks like no other.

    The status is always the same: what stands between tells nobody whether a code was right.
    """
    typed = request.form.get("code", "")[:100]
    code = codes.cleaned(typed)
    if code is None:
        return _page("intake_answers.html", wrong=False, slip=say(SLIP), wait=None, code=typed)
    wait = pressure().wait(code, _wait())
    if wait is not None:
        kept = _kept("code", "until", "seal")
        return _page(
            "intake_answers.html", wrong=False, slip=None, wait=wait, code=typed, kept=kept
        )
    digest = codes.hashed(code)
    with reading() as session:
        receipt = receipts.find(session, digest, _now())
        page = pages.talk_page(session, receipt) if receipt is not None else None
    if receipt is None or page is None:
        pressure().wrong()
        return _page("intake_answers.html", wrong=True, slip=None, wait=None, code=typed)
    problem = None
    if "text" in request.form:
        done = _add(code, digest, receipt.id)
        if isinstance(done, str):
            return done
        problem, page = done
    return _talk(code, page, problem)


def _add(code: str, digest: str, receipt_id: int) -> str | tuple[Problem | None, pages.TalkPage]:
    """Add what was sent; a page of its own when it speaks of danger, else the conversation."""
    text, problem = request.form.get("text", ""), None
    urgent = is_urgent(text)
    if urgent and not request.form.get("warned"):
        return _danger(url_for("intake.unlock", lang=g.locale))
    try:
        talking.checked(text)
        pressure().addition(receipt_id)
        pictures = files.take(store(), _sent_files())
        with transaction() as session:
            receipt = receipts.find(session, digest, _now())
            if receipt is not None:
                talking.add(session, receipt, text, pictures, urgent=urgent)
    except (Invalid, Conflict, TooMany) as error:
        problem = problem_of(error)
    with reading() as session:
        receipt = receipts.find(session, digest, _now())
        if receipt is None:
            raise Conflict
        return problem, pages.talk_page(session, receipt)


def _report_text() -> str:
    """What was written, with the other entries below it. Raises Invalid by field."""
    given, errors = request.form, {}
    locale = ground().settings.locale
    parts = [given.get("text", "").strip()]
    if not parts[0]:
        errors["text"] = [Text(REQUIRED)]
    elif len(parts[0]) > talking.LONGEST:
        errors["text"] = [Text(TOO_LONG, {"most": talking.LONGEST})]
    for name, label in PARTS.items():
        value = given.get(name, "").strip()
        if len(value) > LONGEST_PART:
            errors[name] = [Text(TOO_LONG, {"most": LONGEST_PART})]
        if value:
            parts.append(f"{render(label, locale)}: {value}")
    if given.get("danger") == "yes":
        parts.append(render(DANGER_NOW, locale))
    if errors:
        raise Invalid(errors)
    return "\n".join(parts)


def _danger(action: str) -> str:
    """The telephone numbers first; everything typed stands in the form below them."""
    return _page(
        "intake_danger.html", action=action, kept=_kept("warned"), had_files=bool(_sent_files())
    )


def _kept(*besides: str) -> list[tuple[str, str]]:
    """What was typed, for the hidden entries of the next page."""
    return [(name, text) for name, text in request.form.items(multi=True) if name not in besides]


def _talk(code: str, page: pages.TalkPage, problem: Problem | None) -> str:
    typed = request.form if problem else {}
    return _page(
        "intake_talk.html",
        page=page,
        standing=pages.standing(page.prospect),
        code=codes.grouped(code),
        served=pressure().served(code),
        problem=problem,
        typed=typed,
        added="text" in request.form and problem is None,
    )


def pressure() -> Pressure:
    """Who counts wrong codes and floods; the same for everybody."""
    return Pressure(db(), _secret())


def _wait() -> Wait | None:
    until = forms.whole(request.form.get("until"))
    return None if until is None else Wait(until, request.form.get("seal", ""))


def _sent_files() -> list[IO[bytes]]:
    """What was sent; the names are not looked at beyond whether a file was chosen."""
    return [one.stream for one in request.files.getlist(files.FIELD_NAME) if one.filename]


def _secret() -> str:
    return ground().settings.secret_key


def _now() -> datetime:
    return clock.now()


def _page(template: str, **values: Any) -> str:
    """One page; all of them know the numbers and the way out."""
    return render_template(
        template,
        emergency=pages.numbers("emergency"),
        helplines=pages.numbers("help"),
        way_out=pages.way_out(),
        lang_arg=g.get("locale"),
        **{"here_again": request.path if request.method == "GET" else None, **values},
    )


@blueprint.errorhandler(CaseworkError)
def _refused(error: CaseworkError) -> ResponseReturnValue:
    return _failed(problem_of(error))


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    sentence = say(SENTENCES.get(status, SENTENCES[400] if status < BROKEN_FROM else BROKEN))
    return _failed(Problem(status, "http", sentence, sentence))


@blueprint.errorhandler(Exception)
def _broken(error: Exception) -> ResponseReturnValue:
    anonymous.log_failure(error)
    return _failed(Problem(BROKEN_FROM, "internal", say(BROKEN), say(BROKEN)))


def _failed(problem: Problem) -> ResponseReturnValue:
    """An error as a page that repeats nothing of what was asked or sent."""
    try:
        page = _page("intake_error.html", problem=problem, here_again=None)
    except Exception as error:  # the page itself may be what is broken
        anonymous.log_failure(error)
        return Response(problem.detail, problem.status, mimetype="text/plain")
    return Response(page, problem.status, mimetype="text/html")
