"""What may stand between the braces: names, choices, repetitions; nothing that calls or imports."""

from __future__ import annotations

from collections.abc import Iterator
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
    nodes.Getitem,
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
    nodes.Tuple,
    nodes.List,
    nodes.Concat,
)
FILTERS = frozenset({"default", "join", "length", "trim", "upper", "lower", "first", "last", "e"})
TESTS = frozenset({"defined", "undefined", "none", "string", "number", "odd", "even"})
DEEPEST = 2
"""Repetitions inside each other: a table's rows, and a list in a row."""

SYNTAX = N_("This is not understood: %(message)s")
NOT_ALLOWED = N_("This may not stand in a template; only names, if and for may.")
FILTER = N_("There is no filter “%(name)s” for templates.")
UNKNOWN_NAME = N_("There is no value named “%(name)s”.")
PRIVATE = N_("Names that begin with an underscore may not be used.")
TOO_DEEP = N_("Repetitions may stand at most %(most)s deep inside each other.")


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of the file asks for, and what is wrong in it."""

    names: list[str]
    faults: list[Fault]


def checked(environment: Environment, places: Places, known: frozenset[str] | None) -> Found:
    """Read one part; with ``known``, only these names may appear in it."""
    try:
        tree = environment.parse(places.source)
    except TemplateSyntaxError as error:
        text = Text(SYNTAX, {"message": error.message or ""})
        return Found([], [Fault(places.of_line(error.lineno), text)])
    faults = [Fault(places.of_line(node.lineno), text) for node, text in _against(tree, 0)]
    names = list(dict.fromkeys(_free(tree, frozenset())))
    if known is not None:
        faults += [
            Fault(places.of_line(places.of_name(name)), Text(UNKNOWN_NAME, {"name": name}))
            for name in names
            if name not in known
        ]
    return Found(names, faults)


def _against(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, Text]]:
    """Everything in the tree that may not stand there."""
    if not isinstance(node, ALLOWED):
        yield node, Text(NOT_ALLOWED)
        return
    if isinstance(node, nodes.For):
        depth += 1
        if node.recursive:
            yield node, Text(NOT_ALLOWED)
        if depth > DEEPEST:
            yield node, Text(TOO_DEEP, {"most": DEEPEST})
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield node, Text(FILTER, {"name": node.name})
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        yield node, Text(FILTER, {"name": node.name})
    if _private(node):
        yield node, Text(PRIVATE)
    for child in node.iter_child_nodes():
        yield from _against(child, depth)


def _private(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Getattr):
        return node.attr.startswith("_")
    return isinstance(node, nodes.Name) and node.name.startswith("_")


def _free(node: nodes.Node, bound: frozenset[str]) -> Iterator[str]:
    """The names that no repetition around them sets, in their order."""
    if isinstance(node, nodes.Name):
        if node.name not in bound:
            yield node.name
        return
    if isinstance(node, nodes.For):
        yield from _free(node.iter, bound)
        targets = {name.name for name in node.target.find_all(nodes.Name)}
        if isinstance(node.target, nodes.Name):
            targets.add(node.target.name)
        inside = bound | targets | {"loop"}
        for child in (*node.body, *node.else_, *((node.test,) if node.test else ())):
            yield from _free(child, inside)
        return
    for child in node.iter_child_nodes():
        yield from _free(child, bound)
