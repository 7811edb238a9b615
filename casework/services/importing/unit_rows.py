"""Units: added below others and renamed, by their code or their place in the tree; never moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from casework.importing.faults import SAME_AS, BadCell
from casework.importing.rows import Row
from casework.models import Unit
from casework.models.unit import KINDS
from casework.services.accounts_posts import unit_kinds
from casework.services.importing.outcome import Outcome, chunks
from casework.services.importing.places import EVERYWHERE, NO_UNIT, Node, Places
from casework.services.importing.work import Work, Write
from casework.services.pages.labels import UNITS
from casework.services.units import BELOW, TOPS
from casework.text import N_, Text

BEYOND = N_("This unit lies beyond your reach.")
OTHER_KIND = N_("The unit with this code is of another kind (%(kind)s); a kind never changes.")
NO_MOVE = N_("This unit stands below “%(name)s”; units are not moved by an import.")
NEEDS_ABOVE = N_("The unit above is needed here: %(kinds)s.")
WRONG_ABOVE = N_("“%(name)s” cannot be above this unit; possible are: %(kinds)s.")
TOP_ONLY = N_("Only the operator of the system adds a unit at the top, by the command line.")
CHANGEABLE = ("name", "region", "stage")
NOWHERE = Node("", "", "", None, placed=False)
"""What a unit hangs under whose row does not say it in a way that holds."""
LETTERS = {"class": "C", "grade": "G", "dormitory": "D", "bus": "B", "school": "S"}


@dataclass(slots=True)
class Tree:
    """What becomes of the rows: units to be added, parents first, and units to be changed."""

    places: Places
    outcome: Outcome
    within: Node | None
    added: list[Node] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[Node, Row] = field(default_factory=dict)


def plan(work: Work) -> Write:
    """Compare the rows with the tree, those above first, whatever their order in the sheet."""
    tree = Tree(work.places, work.outcome, work.within)
    doubtful = [row for row in work.rows if _doubt(tree, row)]
    open_rows = {row.place for row in doubtful}
    sure = [row for row in work.rows if row.place not in open_rows]
    for row in sorted(sure, key=lambda row: KINDS.index(row.text("kind"))):
        _place(tree, row)
    for row in doubtful:
        _look_up(tree, row)
    return partial(_write, work.session, tree)


def _write(session: Session, tree: Tree) -> Iterator[int]:
    """Carry the plan out; paths are known once the ids are."""
    for depth in sorted({_depth(node) for node in tree.added}):
        for part in chunks(n for n in tree.added if _depth(n) == depth):
            _insert(session, part)
            yield len(part)
    table: Any = Unit.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in CHANGEABLE})
    )
    for rows in chunks(tree.changed):
        session.connection().execute(statement, rows)
        yield len(rows)
    tree.outcome.units.update(node.path for node in tree.seen)


def _insert(session: Session, nodes: list[Node]) -> None:
    # The path is unique, and needs the id: until then a stand-in that no path can equal.
    session.execute(
        insert(Unit),
        [
            {
                "code": node.code,
                "kind": node.kind,
                "name": node.name,
                "region": node.region,
                "stage": node.stage,
                "parent_id": node.parent.id if node.parent else None,
                "path": f"?{node.code}",
            }
            for node in nodes
        ],
    )
    codes = [node.code for node in nodes]
    found = session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(codes)))
    ids = {row.code: row.id for row in found}
    for node in nodes:
        node.id = ids[node.code]
        node.path = f"{node.parent.path if node.parent else '/'}{node.id}/"
    table: Any = Unit.__table__
    session.connection().execute(
        update(table).where(table.c.id == bindparam("row_id")).values(path=bindparam("new_path")),
        [{"row_id": node.id, "new_path": node.path} for node in nodes],
    )


def _doubt(tree: Tree, row: Row) -> bool:
    """True when the kind of the row's unit is open; other rows may still mean it by its name."""
    code, kind = row.text("code"), row.text("kind")
    known = tree.places.by_code.get(code)
    if known is not None and tree.places.reaches(known) and kind not in ("", known.kind):
        tree.outcome.fault(row, "kind", Text(OTHER_KIND, {"kind": Text(UNITS[known.kind])}))
        kind = ""
    if kind:
        return False
    if known is None:
        known = Node(code, "", row.text("name"), NOWHERE)
        tree.places.add(known)
    elif tree.places.reaches(known):
        known.kind = ""
    tree.seen[known] = row
    return True


def _place(tree: Tree, row: Row) -> None:
    above, kind = _above(tree, row), row.text("kind")
    code, name = row.text("code"), row.text("name")
    known = tree.places.by_code.get(code)
    if known is None and name and not code:
        known = tree.places.child(above, kind, name)
    if known is None:
        _add(tree, row, kind, above)
    elif known not in tree.seen:
        tree.seen[known] = row
        _compare(tree, row, known, above)
    elif not code and "code" not in row.bad:  # of equal codes the reader of the rows has told
        line = tree.seen[known].place.line
        tree.outcome.fault(row, "name", Text(SAME_AS, {"line": line}))


def _look_up(tree: Tree, row: Row) -> None:
    """Find out what else is wrong with a row whose kind is open."""
    above = _above(tree, row)
    known = tree.places.by_code.get(row.text("code"))
    if known is not None and tree.seen[known] is row:
        _compare(tree, row, known, above)


def _above(tree: Tree, row: Row) -> Node | None:
    """The unit above a row's: the one named, or the one chosen for the whole file."""
    kind, above = row.text("kind"), row.text("parent")
    if "parent" in row.bad:
        return NOWHERE
    if not above:
        return None if kind in TOPS and tree.within is None else tree.within
    known = tree.places.by_code.get(row.text("code"))
    is_open = not kind or (known is not None and not known.kind)
    try:
        return tree.places.find(above, () if is_open else BELOW[kind], tree.within)
    except BadCell as bad:
        if bad.text.msgid == NO_UNIT or not is_open:
            tree.outcome.fault(row, "parent", bad.text)
        return NOWHERE


def _add(tree: Tree, row: Row, kind: str, above: Node | None) -> None:
    if fault := _misplaced(tree, kind, above):
        tree.outcome.fault(row, *fault)
        above = NOWHERE
    drifts = above is not None and above.adrift
    code = row.text("code") or ("" if drifts else _code(tree.places, above, kind))
    node = Node(code, kind, row.text("name"), above)
    node.region, node.stage = row.text("region"), row.text("stage")
    tree.places.add(node)
    tree.added.append(node)
    tree.seen[node] = row
    tree.outcome.count(row, node.code, new=True)


def _misplaced(tree: Tree, kind: str, above: Node | None) -> tuple[str, Text] | None:
    """The column and the reason why no unit of this kind is added there."""
    kinds = unit_kinds(BELOW[kind])
    if above is None and kind not in TOPS:
        return "parent", Text(NEEDS_ABOVE, {"kinds": kinds})
    if above is None and tree.places.reach != EVERYWHERE:
        return "kind", Text(TOP_ONLY)
    if above is not None and above.kind and above.kind not in BELOW[kind]:
        return "parent", Text(WRONG_ABOVE, {"name": above.name, "kinds": kinds})
    return None


def _compare(tree: Tree, row: Row, known: Node, above: Node | None) -> None:
    if not tree.places.reaches(known):
        tree.outcome.fault(row, "code", Text(BEYOND))
        return
    drifts = above is not None and above.adrift
    if row.text("parent") and above is not known.parent and not (drifts or known.adrift):
        name = known.parent.name if known.parent else known.name
        tree.outcome.fault(row, "parent", Text(NO_MOVE, {"name": name}))
    wanted = {name: row.text(name) or getattr(known, name) for name in CHANGEABLE}
    differing = [name for name, value in wanted.items() if getattr(known, name) != value]
    if differing:
        new = {f"new_{name}": value for name, value in wanted.items()}
        tree.changed.append({"row_id": known.id, **new})
    tree.outcome.count(row, known.code, differing)


def _code(places: Places, above: Node | None, kind: str) -> str:
    """A code for a unit that came without: that of the unit above, a letter and a number."""
    start = above.code if above else "U"
    letter = LETTERS.get(kind, "U")
    return next(code for n in count(1) if (code := f"{start}-{letter}{n}") not in places.by_code)


def _depth(node: Node) -> int:
    return sum(1 for _ in node.line())
