"""Load the national pack of rules and the regional packs that lie over it.

``national.yaml`` holds whole rules; ``regions/<GB/T 2260 prefix>.yaml`` holds, by rule id, only the
keys that differ. The most specific pack that fits a region has the last word, key by key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from casework.deadlines.checks import Vocabulary, complaints, loosened
from casework.deadlines.messages import flat
from casework.deadlines.rules import Rule
from casework.deadlines.schema import RuleSchema, as_rule
from casework.deadlines.source import Document, Place, read, refuse
from casework.errors import NotFound

__all__ = ["RulePacks", "Vocabulary", "load_rules"]

_PREFIX = re.compile(r"\d{2}(?:\d{2}){0,2}")
Raw = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RulePacks:
    """All packs, laid over each other; key "" is the national one."""

    packs: Mapping[str, Mapping[str, Rule]]

    def for_region(self, code: str) -> Mapping[str, Rule]:
        """Return the rules that hold in a region: those of the longest prefix that has a pack."""
        fitting = (prefix for prefix in self.packs if code.startswith(prefix))
        return self.packs[max(fitting, key=len)]

    def rule(self, rule_id: str, region: str = "") -> Rule:
        """Return one rule as it holds in a region.

        Raises:
            NotFound: if no rule has this id.
        """
        try:
            return self.for_region(region)[rule_id]
        except KeyError:
            raise NotFound from None


def load_rules(directory: Path, vocabulary: Vocabulary | None = None) -> RulePacks:
    """Read and check all packs of a directory; without a vocabulary, words are not checked.

    Raises:
        Misconfigured: listing every fault with file, line and reason.
    """
    loader = _Loader(vocabulary)
    loader.add(read(directory / "national.yaml"), "")
    regional = sorted(directory.glob("regions/*.yaml"), key=lambda path: (len(path.stem), path))
    for path in regional:
        loader.add(read(path), path.stem)
    refuse(loader.faults)
    return RulePacks(MappingProxyType({p: MappingProxyType(r) for p, r in loader.packs.items()}))


@dataclass(slots=True)
class _Loader:
    """Collects rules and faults pack by pack, the less specific packs first."""

    vocabulary: Vocabulary | None
    raw: dict[str, Raw] = field(default_factory=dict)
    packs: dict[str, dict[str, Rule]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, document: Document, prefix: str) -> None:
        """Read one pack and lay it over the ones it belongs to."""
        self.faults += document.faults
        if document.faults:
            return
        entries = self._entries(document, prefix)
        base = max((p for p in self.packs if prefix.startswith(p)), key=len, default=None)
        raw: Raw = dict(self.raw[base]) if base is not None else {}
        rules: dict[str, Rule] = dict(self.packs[base]) if base is not None else {}
        built: dict[str, tuple[Rule, Place]] = {}
        for n, entry in entries:
            place: Place = ("rules", n)
            if prefix and entry["id"] not in raw:
                self._fault(document, (*place, "id"), f"no rule is called {entry['id']!r}")
                continue
            raw[entry["id"]] = {**raw.get(entry["id"], {}), **entry}
            rule = self._rule(document, place, raw[entry["id"]], prefix)
            if rule is not None:
                rules[rule.id] = rule
                built[rule.id] = rule, place
        self.raw[prefix], self.packs[prefix] = raw, rules
        for rule, place in built.values():
            self._check(document, place, rule, frozenset(raw))

    def _entries(self, document: Document, prefix: str) -> list[tuple[int, dict[str, Any]]]:
        """Return the rules of a document with their positions, each id once."""
        data = document.data if isinstance(document.data, dict) else {}
        for key in sorted(set(map(str, data)) - {"rules", "region", "name"}):
            self._fault(document, (key,), f"unknown key {key!r}")
        if prefix and (data.get("region") != prefix or not _PREFIX.fullmatch(prefix)):
            self._fault(document, ("region",), f"region must be {prefix!r}, two to six digits")
        rules = data.get("rules")
        if not isinstance(rules, list):
            self._fault(document, ("rules",), "a pack needs a list of rules")
            return []
        entries: dict[str, tuple[int, dict[str, Any]]] = {}
        for n, entry in enumerate(rules):
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                self._fault(document, ("rules", n), "a rule needs an id")
            elif entry["id"] in entries:
                self._fault(document, ("rules", n, "id"), f"duplicate id {entry['id']!r}")
            else:
                entries[entry["id"]] = n, entry
        return list(entries.values())

    def _rule(
        self, document: Document, place: Place, raw: Mapping[str, Any], prefix: str
    ) -> Rule | None:
        try:
            return as_rule(RuleSchema().load(raw), prefix)
        except ValidationError as error:
            for inner, reason in flat(error.messages):
                name = inner[-1] if inner else "rule"
                self._fault(document, (*place, *inner), f"{raw['id']}: {name}: {reason}")
            return None

    def _check(self, document: Document, place: Place, rule: Rule, ids: frozenset[str]) -> None:
        found = dict(complaints(rule, ids, self.vocabulary))
        national = self.packs.get("", {}).get(rule.id)
        if rule.region and national and not rule.replaces:
            why = "; a looser rule needs `replaces` with its article"
            found |= {where: reason + why for where, reason in loosened(rule, national)}
        for where, reason in found.items():
            self._fault(document, (*place, *where), f"{rule.id}: {where[0]}: {reason}")

    def _fault(self, document: Document, place: Place, reason: str) -> None:
        self.faults.append(document.fault(place, reason))
