"""Packs, the YAML files of an installation: every value keeps its line, to name it in a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from casework.errors import Misconfigured
from casework.text import Text

Place = tuple[str | int, ...]
"""Where a value stands in a document: keys and list positions from the top."""


_Fastest: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Packs are read at every start; where PyYAML was built with libyaml that takes a tenth."""


class _Loader(_Fastest):  # type: ignore[misc, valid-type]
    """YAML 1.2 manners: ``on``, ``off``, ``yes`` and ``16:30`` are words, not values."""


_KEPT = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:timestamp"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]*)$"), list("-0123456789")
)


@dataclass(frozen=True, slots=True)
class Document:
    """One configuration file: its data, and the line of every value in it."""

    path: Path
    data: object
    lines: Mapping[Place, int] = field(repr=False)
    faults: tuple[str, ...] = ()

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of a place, or of the nearest thing around it."""
        exact = tuple(place)
        while exact:
            # A single mapping may stand for a list of one, so positions are left out as well.
            for known in (exact, tuple(part for part in exact if isinstance(part, str))):
                if known in self.lines:
                    return self.lines[known]
            exact = exact[:-1]
        return 1

    def fault(self, place: Sequence[str | int], reason: str) -> str:
        """Return one line of complaint: file, line and reason."""
        return f"{self.path}:{self.line(place)}: {reason}"


def read(path: Path) -> Document:
    """Read a file; what is wrong with its form is listed in ``faults``, with an empty document."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Document(path, None, {}, (f"{path}:{line}: {error.problem}",))
    except (OSError, ValueError, yaml.YAMLError) as error:
        return Document(path, None, {}, (f"{path}:1: {error}",))
    lines: dict[Place, int] = {}
    faults = []
    for place, line, twice in _walk(node, ()):
        lines.setdefault(place, line)
        if twice:
            faults.append(f"{path}:{line}: the key {place[-1]!r} stands here twice")
    return Document(path, data, lines, tuple(faults))


def refuse(faults: Sequence[str]) -> None:
    """Raise all faults as one error, one on a line.

    Raises:
        Misconfigured: if there is any fault.
    """
    if faults:
        raise Misconfigured(Text("%(faults)s", {"faults": "\n".join(faults)}))


def flat(messages: object, place: Place = ()) -> list[tuple[Place, str]]:
    """Spread marshmallow's nested messages: each with the place of the value it is about."""
    if isinstance(messages, dict):
        return [
            found
            for key, inner in messages.items()
            for found in flat(inner, place if key == "_schema" else (*place, key))
        ]
    return [(place, str(message)) for message in messages] if isinstance(messages, list) else []


def _walk(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int, bool]]:
    """Yield every place with its line, and whether its key had been used before."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1, str(key.value) in seen
            seen.add(str(key.value))
            yield from _walk(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for n, value in enumerate(node.value):
            yield (*place, n), value.start_mark.line + 1, False
            yield from _walk(value, (*place, n))
