"""The doors of documents: a draft in each case, and what belongs to units."""

from __future__ import annotations

from tests.integration.access.table import (
    ADMINS,
    BOARDS,
    BUREAU,
    FAR_BUREAU,
    LEADERS,
    NOBODY,
    NOWHERE,
    OTHER_LEADERS,
    READERS,
    SCOPED,
    Row,
    by_case,
    people,
)

PAPERS = {**READERS, "home": READERS["home"] - {"staff1"}}
"""Who asks for the documents of a case: who has it by a post that reads documents."""
DRAFT = by_case(
    # The school's own in the first and the fourth; the bureau's in the others, hidden below.
    home=PAPERS["home"],
    far=FAR_BUREAU,
    past=BUREAU,
    joint=BUREAU | OTHER_LEADERS | LEADERS,
)
ISSUERS = by_case(
    home=LEADERS | BUREAU,
    far=people("city1"),
    past=people("leader1 city1"),
    # Who joins helps as teachers do, and teachers issue no report.
    joint=OTHER_LEADERS | BUREAU,
)
OF_DRAFT, STALE = {"version": 1}, {"version": 99}

PAPERS_OF_CASES = (
    Row("api_documents.list_of_case", "GET", PAPERS),
    # A kind of another type of case: refused to whoever may ask.
    Row("api_documents.begin", "POST", PAPERS, {"name": "opinion_form"}),
    Row("documents.begin", "POST", PAPERS, {"name": "opinion_form"}),
    *(Row(door, "GET", PAPERS) for door in ("papers.bundle", "api_documents.read_bundle")),
    *(Row(door, "GET", DRAFT) for door in ("documents.show", "papers.preview", "papers.file")),
    *(Row(f"api_documents.{name}", "GET", DRAFT) for name in ("read_document", "read_file")),
    Row("papers.picture", "GET", by_case(), {"place": NOWHERE}),
    Row("api_documents.change", "PUT", DRAFT, body={**OF_DRAFT, "fields": {"verse": 1}}),
    Row("api_documents.submit", "POST", DRAFT, body=OF_DRAFT),
    Row("api_documents.issue", "POST", ISSUERS, body=OF_DRAFT),
    Row("api_documents.drop", "DELETE", DRAFT, body={**OF_DRAFT, "reason": ""}),
    # It has been neither handed in nor issued: refused to whoever may know of it.
    Row("api_documents.review", "POST", DRAFT, body=OF_DRAFT),
    Row("api_documents.send_back", "POST", DRAFT, body={**OF_DRAFT, "reason": ""}),
    Row("api_documents.deliver", "POST", DRAFT, body={**OF_DRAFT, "how": "post"}),
    Row("api_documents.replace", "POST", DRAFT, body={**OF_DRAFT, "reason": ""}),
    *(
        Row(f"documents.{name}", "POST", DRAFT, body=STALE)
        for name in ("save", "review", "send_back", "issue", "deliver", "replace", "drop")
    ),
    Row("documents.sign", "POST", by_case(), {"delivery_id": NOWHERE}),
)
"""One draft in each case: of the report that went up."""

WORDING = people("principal1 principal2") | BOARDS | ADMINS
NO_KIND = {"template_id": NOWHERE}
PAPERS_OF_UNITS = (
    Row("documents.index", "GET", SCOPED),
    Row("documents.new", "GET", SCOPED),
    Row("documents.begin_at", "POST", NOBODY),
    Row("api_documents.list_documents", "GET", SCOPED),
    # A school has no monthly bulletin: refused to whoever may ask.
    Row("api_documents.begin_at", "POST", LEADERS | BUREAU, {"unit_id": "S1", "name": "bulletin"}),
    Row("api_documents.sign", "POST", NOBODY, {"delivery_id": NOWHERE}, {"receipt": "signed"}),
    Row("bulletins.show", "GET", BOARDS),
    Row("wording.show", "GET", WORDING),
    Row("wording.save", "POST", NOBODY),
    Row("wording.add", "POST", WORDING),
    Row("wording.describe", "POST", NOBODY, NO_KIND),
    Row("wording.template", "GET", NOBODY, NO_KIND),
)
