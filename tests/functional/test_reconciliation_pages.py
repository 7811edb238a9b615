"""The pages of the reconciliation: every figure leads to its list, and an answer is kept."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]


def test_the_board_leads_to_each_school_where_an_answer_is_kept(
    login: Login, app_county: County
) -> None:
    officer = login("officer1")
    school = app_county.units["S1"]
    assert read(officer.get("/county")).links(f"/reconciliation?unit_id={app_county.units['B1']}")
    page = read(officer.get("/reconciliation?on=2026-09-18"))
    there = f"/reconciliation/schools/{school}"
    assert page.links(f"{there}?on=2026-09-18")
    assert page.links(f"{there}?on=2026-09-18#silence"), "in the table of how it is judged"
    assert len(page.all("svg", role="img")) == 2, "two months; no funnel for so few schools"
    blank = read(officer.post(f"{there}/asked", data={"on": "2026-09-18", "answer": " "}), 422)
    assert blank.links("#f-answer")
    done = officer.post(f"{there}/asked", data={"on": "2026-09-18", "answer": "本年平安"})
    assert done.headers["Location"].endswith(f"{there}?on=2026-09-18#silence")
    assert "本年平安" in read(officer.get(there)).html
    for wrong in ("/reconciliation?on=soon", f"{there}?on=2026-13-01"):
        assert officer.get(wrong).status_code == 422
    assert officer.get("/reconciliation?on=0001-01-01").status_code == 200
    assert login("officer2").get(there).status_code == 404
    assert login("principal1").get("/reconciliation").status_code == 403
