"""The page of the rule packs."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from markupsafe import Markup

from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.rules import RuleFilters, rules_page

blueprint = Blueprint("rules", __name__)
_INDENTATION = re.compile(r"\s*\n\s*")


@blueprint.app_template_filter("dense")
def dense(block: Markup) -> Markup:
    """A rendered block with a single newline where a line is broken and indented."""
    return Markup(_INDENTATION.sub("\n", block))  # noqa: S704  it was markup before


@blueprint.get("/rules")
@requires(Permission.RULE_READ)
def show() -> str:
    """Every clock with its law; the filters are in the address."""
    filters = RuleFilters(
        case_type=request.args.get("case_type", ""),
        region=request.args.get("region"),
        defaults="defaults" in request.args,
        changed="changed" in request.args,
    )
    with reading() as session:
        page = rules_page(session, current_actor(), filters)
    return render_template("rules.html", page=page)
