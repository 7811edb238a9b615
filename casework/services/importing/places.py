"""The tree of units in memory, and how a sheet names them: by code, by name, by a path of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.importing.cells import clean
from casework.importing.classes import class_key, grade_key
from casework.importing.faults import BadCell
from casework.models import Unit
from casework.permissions import SYSTEM, Actor, Permission
from casework.text import N_, Text

NO_UNIT = N_("There is no unit “%(name)s” here.")
MANY_UNITS = N_(
    "There are %(count)s units “%(name)s”; write the unit above in front of it (%(example)s), or "
    "choose the school for the whole file."
)
EVERYWHERE = ("/",)


@dataclass(slots=True, eq=False)
class Node:
    """One unit; ``id`` is None and ``path`` empty until it is written.

    A faulty row may leave the kind open (empty) or the place in the tree (``placed``): such a unit
    is what other rows may mean by its name, so that they are not refused for that row's fault.
    """

    code: str
    kind: str
    name: str
    parent: Node | None
    id: int | None = None
    path: str = ""
    region: str = ""
    stage: str = ""
    placed: bool = True

    def line(self) -> Iterator[Node]:
        """The unit and those above it."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def is_below(self, other: Node) -> bool:
        """True for the other unit itself and everything below it, or perhaps below it."""
        return any(node is other or not node.placed for node in self.line())

    @property
    def adrift(self) -> bool:
        """True when nobody knows what it hangs under."""
        return any(not node.placed for node in self.line())


class Places:
    """Every unit, and which of them the actor's account management reaches."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.reach = reach_of(actor)
        self.by_code: dict[str, Node] = {}
        self.by_id: dict[int, Node] = {}
        self._by_name: dict[str, list[Node]] = {}
        self._children: dict[Node | None, list[Node]] = {}
        query = select(
            Unit.id,
            Unit.parent_id,
            Unit.code,
            Unit.kind,
            Unit.name,
            Unit.path,
            Unit.region,
            Unit.stage,
        ).order_by(Unit.path)
        rows = session.execute(query).all()
        for row in rows:
            node = Node(row.code, row.kind, row.name, None, row.id, row.path, row.region, row.stage)
            self.by_id[row.id] = node
        for row in rows:
            node = self.by_id[row.id]
            node.parent = self.by_id[row.parent_id] if row.parent_id else None
            self.add(node)

    def add(self, node: Node) -> None:
        """Let the unit be found."""
        if node.code:
            self.by_code[node.code] = node
        self._by_name.setdefault(key(node.name), []).append(node)
        self._children.setdefault(node.parent, []).append(node)

    def reaches(self, node: Node) -> bool:
        """True when the actor manages the unit; a new one goes by the unit above it."""
        if self.reach == EVERYWHERE:
            return True
        placed = next((one for one in node.line() if one.path), None)
        if placed is None:
            return node.adrift
        return placed.path.startswith(self.reach)

    def child(self, parent: Node | None, kind: str, name: str) -> Node | None:
        """The unit of this kind and name directly below another."""
        wanted = key(name)
        below = self._children.get(parent, ())
        return next((n for n in below if n.kind == kind and key(n.name) == wanted), None)

    def find(self, text: str, kinds: Iterable[str] = (), within: Node | None = None) -> Node:
        """The one unit that is meant by a code, a name or names with / between them.

        Only units of these kinds, inside ``within``, in reach; one of a faulty row where there is
        no other. Raises BadCell for none and several.
        """
        allowed = frozenset(kinds)
        coded = self.by_code.get(text)
        found = [coded] if coded else self._named(text)
        found = [n for n in found if self._fits(n, allowed, within)]
        sure = [n for n in found if n.kind and not n.adrift]
        return only(sure or found[:1], text)

    def find_class(self, text: str, grade: str, within: Node | None) -> Node:
        """The class of this name, also when it is spelled another way. Raises BadCell."""
        inside = within
        if grade:
            inside = self._grade(grade, within)
        try:
            return self.find(text, ("class",), inside)
        except BadCell as bad:
            wanted = class_key(text, grade)
            if bad.text.msgid != NO_UNIT or wanted is None:
                raise
        below = inside or within
        same = [
            node
            for node in self.by_id.values()
            if node.kind == "class"
            and self._fits(node, frozenset(), below)
            and class_key(node.name, node.parent.name if node.parent else "") == wanted
        ]
        return only(same, f"{grade} {text}".strip())

    def find_grade(self, text: str, within: Node | None) -> Node:
        """The grade of this name, also when it is spelled another way. Raises BadCell."""
        found = self._grade(text, within)
        if found is None or found is within:
            raise BadCell(Text(NO_UNIT, {"name": text[:80]}))
        return found

    def _grade(self, text: str, within: Node | None) -> Node | None:
        """The grade inside the school, or the school when its grades are no units."""
        try:
            return self.find(text, ("grade",), within)
        except BadCell as bad:
            if bad.text.msgid != NO_UNIT:
                return within
        wanted = grade_key(text)
        same = [
            n
            for n in self.by_id.values()
            if n.kind == "grade"
            and wanted is not None
            and grade_key(n.name) == wanted
            and self._fits(n, frozenset(), within)
        ]
        return same[0] if len(same) == 1 else within

    def _named(self, text: str) -> list[Node]:
        above, _, last = text.replace(">", "/").rpartition("/")
        found = self._by_name.get(key(last), [])
        wanted = [key(part) for part in above.split("/") if part.strip()]
        return [node for node in found if _leads(node, wanted)]

    def _fits(self, node: Node, kinds: frozenset[str], within: Node | None) -> bool:
        if kinds and node.kind and node.kind not in kinds:
            return False
        return self.reaches(node) and (within is None or node.is_below(within))


def reach_of(actor: Actor) -> tuple[str, ...]:
    """The paths below which the actor manages accounts; the system itself everywhere."""
    return EVERYWHERE if actor is SYSTEM else actor.paths(Permission.ACCOUNT_MANAGE)


def key(name: str) -> str:
    """A name as it is compared: without spaces, capitals and full-width letters."""
    return clean(name).replace(" ", "").casefold()


def only(found: list[Node], text: str) -> Node:
    """The only one found. Raises BadCell for none and several."""
    if not found:
        raise BadCell(Text(NO_UNIT, {"name": text[:80]}))
    if len(found) > 1:
        above = found[0].parent
        example = f"{above.name}/{found[0].name}" if above else found[0].code
        params = {"count": len(found), "name": text[:80], "example": example}
        raise BadCell(Text(MANY_UNITS, params))
    return found[0]


def _leads(node: Node, wanted: list[str]) -> bool:
    """True when the names stand in this order above the unit, others between them or not."""
    if node.adrift:
        return True
    above = (key(one.name) for one in node.line() if one is not node)
    return all(any(name == part for name in above) for part in reversed(wanted))
