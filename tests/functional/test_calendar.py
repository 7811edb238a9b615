"""校历: terms, special periods and closures on their page; the bureau enters and changes them."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
TERM = {"name": "2026秋", "from_on": "2026-09-01", "until_on": "2027-01-20"}


def test_the_bureau_enters_and_changes_a_term(login: Login, app_county: County) -> None:
    officer = login("officer1")
    term = {**TERM, "unit": app_county.units["B1"]}
    assert read(officer.post("/calendar/terms", data={**term, "name": " "}), 422).links("#f-name")
    assert officer.post("/calendar/terms", data=term).status_code == 303
    page = read(officer.get("/calendar"))
    [where] = [e.attrs["action"] for e in page.all("form") if e.attrs["action"].endswith("/end")]
    assert where == "/calendar/term/1/end"
    assert not page.all("button", formaction="/calendar/term/1/taking-back")  # it has begun
    moved = {"term-1-until_on": "2027-01-15", "term-1-reason": "教育局通知"}
    refused = read(officer.post(where, data={**moved, "term-1-reason": ""}), 422)
    assert refused.links("#f-term-1-reason")
    assert refused.value("term-1-until_on") == "2027-01-15"
    assert officer.post(where, data=moved).status_code == 303
    assert "2026-09-01 – 2027-01-15" in read(officer.get("/calendar")).html
    seen = read(login("principal1").get("/calendar"))
    assert "2027-01-15" in seen.html
    assert not [e for e in seen.all("form") if e.attrs["action"].endswith("/end")]
    assert login("principal1").post(where, data=moved).status_code == 404


def test_a_class_is_closed_and_taken_back_before_it_begins(
    login: Login, app_county: County
) -> None:
    officer, school = login("officer1"), app_county.units["S1"]
    whole = read(officer.get("/calendar"))
    assert "七年级1班" not in whole.html
    parts = read(officer.get(f"/calendar?within={school}"))
    offered = {e.attrs["value"] for e in parts.all("option")}
    assert str(app_county.units["K1"]) in offered
    assert str(app_county.units["K3"]) not in offered  # of another school
    flu = {
        "closure_unit": app_county.units["K1"],
        "closure_name": "流感停课",
        "closure_from_on": "2026-09-23",
        "closure_until_on": "2026-09-25",
        "within": school,
    }
    past = read(
        officer.post("/calendar/closures", data={**flu, "closure_from_on": "2026-09-01"}), 422
    )
    assert past.links("#f-closure_from_on")
    assert past.value("closure_name") == "流感停课"
    assert officer.post("/calendar/closures", data=flu).status_code == 303
    page = read(officer.get("/calendar"))
    assert "流感停课" in page.html
    [button] = page.all("button", formaction="/calendar/closure/1/taking-back")
    back = {"closure-1-reason": "恢复上课"}
    assert officer.post(button.attrs["formaction"], data=back).status_code == 303
    assert "流感停课" not in read(officer.get("/calendar")).html
    refused = login("principal1").post("/calendar/closures", data=flu)
    assert read(refused, 403).all("div", id="problem")


def test_a_closed_day_says_so_instead_of_owing_something(login: Login, app_county: County) -> None:
    officer = login("officer1")
    officer.post("/calendar/terms", data={**TERM, "unit": app_county.units["B1"]})
    typhoon = {
        "closure_unit": app_county.units["S1"],
        "closure_name": "台风停课",
        "closure_from_on": "2026-09-21",
        "closure_until_on": "2026-09-22",
    }
    assert officer.post("/calendar/closures", data=typhoon).status_code == 303
    for who, where in (("teacher1", "/class-log"), ("lead1", "/rolls")):
        assert "台风停课" in read(login(who).get(where)).html
    assert "停课" in read(officer.get("/reconciliation")).html
    there = f"/reconciliation/schools/{app_county.units['S1']}"
    assert "台风停课" in read(officer.get(there)).html
