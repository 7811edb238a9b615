"""What may stand between the braces: names, choices, repetitions; nothing that calls or imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, nodes

from casework.documents.templating.faults import Fault
from casework.documents.templating.places import Places
from casework.text import N_, Text

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Test,
    nodes.Concat,
)
"""Of these, what holds whatever a value is: nothing here can fail when a document is issued."""
FILTERS: Mapping[str, int] = {"default": 2, "trim": 0, "upper": 0, "lower": 0, "e": 0}
"""The filters, and how many words may stand in their brackets."""
TESTS = frozenset({"defined", "undefined", "none", "string", "number"})
COMPARED = frozenset({"eq", "ne"})
LOOP = frozenset({"index", "index0", "first", "last", "length"})
"""What may be said of the row that is being written."""
RESERVED = frozenset({"self", "super", "loop"})

SYNTAX = N_("This is not understood: %(message)s")
NOT_ALLOWED = N_("This may not stand in a template; only names, if and for may.")
FILTER = N_("There is no filter “%(name)s” for templates.")
FILTER_WORDS = N_("The filter “%(name)s” takes nothing of this kind in brackets.")
ORDER = N_("Values can only be compared by == and !=.")
NO_PARTS = N_("A value has no parts; only the row of a repetition has, as in {{ row.name }}.")
ROW = N_("Of a row, name the column: {{ %(name)s.column }}.")
REPEATS = N_("Only the rows of a table can be repeated, by the name of the table.")
OTHERWISE = N_("Say with “else” what stands there otherwise.")
UNKNOWN_NAME = N_("There is no value named “%(name)s”.")
PRIVATE = N_("Names that begin with an underscore may not be used.")
TOO_DEEP = N_("A repetition may not stand inside another one.")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that asks for a value: as a table with these columns, or as a text.

    ``asked`` is true where it is only looked at, whether there is anything to say.
    """

    name: str
    place: Text
    columns: tuple[str, ...] | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of the file asks for, and what is wrong in it."""

    uses: list[Use]
    faults: list[Fault]


def checked(environment: Environment, places: Places, known: frozenset[str] | None) -> Found:
    """Read one part; with ``known``, only these names may appear in it."""
    try:
        tree = environment.parse(places.source)
    except TemplateSyntaxError as error:
        text = Text(SYNTAX, {"message": error.message or ""})
        return Found([], [Fault(places.of_line(error.lineno), text)])
    faults = [
        Fault(places.of_line(node.lineno), text) for node, text in _against(tree, frozenset())
    ]
    uses = [] if faults else list(_uses(tree, places, frozenset()))
    unknown = {use.name for use in uses if known is not None and use.name not in known}
    faults += [
        Fault(places.of_line(places.of_name(name)), Text(UNKNOWN_NAME, {"name": name}))
        for name in dict.fromkeys(use.name for use in uses)
        if name in unknown
    ]
    return Found(uses, faults)


def _against(node: nodes.Node, rows: frozenset[str]) -> Iterator[tuple[nodes.Node, Text]]:
    """Everything in the tree that may not stand there; ``rows`` name what a repetition sets."""
    if not isinstance(node, ALLOWED):
        yield node, Text(NOT_ALLOWED)
        return
    yield from ((node, text) for text in _faults(node, rows))
    if isinstance(node, nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            yield from _against(node.node, rows)
        return
    if isinstance(node, nodes.For):
        inside = rows | _set_by(node)
        for child in _inside(node):
            yield from _against(child, inside)
        for child in node.else_:
            yield from _against(child, rows)
        return
    for child in node.iter_child_nodes():
        yield from _against(child, rows)


def _faults(node: nodes.Node, rows: frozenset[str]) -> Iterator[Text]:
    """What is wrong with one node, whatever it holds."""
    match node:
        case nodes.For():
            yield from _for(node, rows)
        case nodes.Filter() if node.name not in FILTERS:
            yield Text(FILTER, {"name": node.name})
        case nodes.Filter() if node.node is None or _words(node) > FILTERS[node.name]:
            yield Text(FILTER_WORDS, {"name": node.name})
        case nodes.Test() if node.name not in TESTS:
            yield Text(FILTER, {"name": node.name})
        case nodes.Test() if _words(node):
            yield Text(FILTER_WORDS, {"name": node.name})
        case nodes.Compare() if any(one.op not in COMPARED for one in node.ops):
            yield Text(ORDER)
        case nodes.CondExpr() if node.expr2 is None:
            yield Text(OTHERWISE)
        case nodes.Getattr() | nodes.Name():
            yield from _naming(node, rows)


def _for(node: nodes.For, rows: frozenset[str]) -> Iterator[Text]:
    if rows:
        yield Text(TOO_DEEP)
    named = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name)
    if node.recursive or not named or node.iter.name in RESERVED:  # type: ignore[attr-defined]
        yield Text(REPEATS)
    elif node.iter.name.startswith("_") or node.target.name.startswith("_"):  # type: ignore[attr-defined]
        yield Text(PRIVATE)


def _naming(node: nodes.Getattr | nodes.Name, rows: frozenset[str]) -> Iterator[Text]:
    """A name alone is a value; one with a dot is a column of the row that is being written."""
    name = node.attr if isinstance(node, nodes.Getattr) else node.name
    if name.startswith("_"):
        yield Text(PRIVATE)
    elif isinstance(node, nodes.Name):
        if name in rows and name not in RESERVED:
            yield Text(ROW, {"name": name})
        elif name in RESERVED:
            yield Text(UNKNOWN_NAME, {"name": name})
    else:
        whose = node.node.name if isinstance(node.node, nodes.Name) else ""
        if whose not in rows:
            yield Text(NO_PARTS)
        elif whose == "loop" and name not in LOOP:
            yield Text(UNKNOWN_NAME, {"name": f"loop.{name}"})


def _words(node: nodes.Filter | nodes.Test) -> int:
    """How many words stand in the brackets; those with a name, or unpacked, are never allowed."""
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        return 99
    return len(node.args)


def _uses(node: nodes.Node, places: Places, rows: frozenset[str]) -> Iterator[Use]:
    """The values that the tree asks for, in their order."""
    if isinstance(node, nodes.Name):
        if node.name not in rows:
            yield Use(node.name, places.of_line(node.lineno))
        return
    if isinstance(node, nodes.If) and isinstance(node.test, nodes.Name):
        if node.test.name not in rows:
            yield Use(node.test.name, places.of_line(node.lineno), asked=True)
        children = [*node.body, *node.elif_, *node.else_]
    elif isinstance(node, nodes.For) and isinstance(node.iter, nodes.Name):
        yield Use(node.iter.name, places.of_line(node.lineno), _columns(node))
        for child in _inside(node):
            yield from _uses(child, places, rows | _set_by(node))
        children = list(node.else_)
    else:
        children = list(node.iter_child_nodes())
    for child in children:
        yield from _uses(child, places, rows)


def _columns(node: nodes.For) -> tuple[str, ...]:
    """The columns that a repetition asks of each row."""
    named = (one for child in _inside(node) for one in (child, *child.find_all(nodes.Getattr)))
    found = (one for one in named if isinstance(one, nodes.Getattr))
    wanted = (one.attr for one in found if getattr(one.node, "name", "") != "loop")
    return tuple(dict.fromkeys(wanted))


def _inside(node: nodes.For) -> list[nodes.Node]:
    return [*node.body, *([node.test] if node.test else [])]


def _set_by(node: nodes.For) -> frozenset[str]:
    target = {node.target.name} if isinstance(node.target, nodes.Name) else set()
    return frozenset({*target, "loop"})
