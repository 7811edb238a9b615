"""Load the national pack of rules and the regional packs that lie over it.

``national.yaml`` holds whole rules; ``regions/<GB/T 2260 prefix>.yaml`` holds, by rule id, only the
keys that differ. The most specific pack that fits a region has the last word, key by key. It may
only tighten what it lies over, unless it names the article on which it is looser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from casework.deadlines.checks import Vocabulary, complaints
from casework.deadlines.rules import Rule
from casework.deadlines.schema import RuleSchema, as_rule
from casework.deadlines.strictness import loosened
from casework.errors import NotFound
from casework.packs import Document, Place, flat, read, refuse

__all__ = ["RulePacks", "Vocabulary", "load_rules"]

_PREFIX = re.compile(r"\d{2}(?:\d{2}){0,2}")
_NOT_LOOSER = frozenset({"subject", "case_types"})
"""What no article can change: a rule stays about what it is about."""
_SOURCE = frozenset({"basis_en", "quote", "evidence"})
"""What belongs to a basis: a pack that names another law does not quote the one beneath."""
Raw = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RulePacks:
    """All packs, laid over each other; key "" is the national one."""

    packs: Mapping[str, Mapping[str, Rule]]
    names: Mapping[str, str] = field(default_factory=dict)
    """What the region of each regional pack is called."""

    def prefix(self, code: str) -> str:
        """Return the key of the pack that holds in a region; empty for the national one."""
        return max((prefix for prefix in self.packs if code.startswith(prefix)), key=len)

    def beneath(self, prefix: str) -> Mapping[str, Rule]:
        """Return the rules over which a regional pack lies; the national ones lie on themselves."""
        fitting = (p for p in self.packs if prefix.startswith(p) and (p != prefix or not p))
        return self.packs[max(fitting, key=len)]

    def for_region(self, code: str) -> Mapping[str, Rule]:
        """Return the rules that hold in a region: those of the longest prefix that has a pack."""
        return self.packs[self.prefix(code)]

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
    packs = {prefix: MappingProxyType(rules) for prefix, rules in loader.packs.items()}
    return RulePacks(MappingProxyType(packs), MappingProxyType(loader.names))


@dataclass(slots=True)
class _Loader:
    """Collects rules and faults pack by pack, the less specific packs first."""

    vocabulary: Vocabulary | None
    raw: dict[str, Raw] = field(default_factory=dict)
    packs: dict[str, dict[str, Rule]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
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
        built: list[tuple[Rule, Place]] = []
        for n, entry in entries:
            place: Place = ("rules", n)
            if prefix and entry["id"] not in raw:
                self._fault(document, (*place, "id"), f"no rule is called {entry['id']!r}")
                continue
            raw[entry["id"]] = _over(raw.get(entry["id"], {}), entry)
            rule = self._rule(document, place, raw[entry["id"]], prefix)
            if rule is not None:
                rules[rule.id] = rule
                built.append((rule, place))
        beneath = self.packs[base] if base is not None else {}
        self.raw[prefix], self.packs[prefix] = raw, rules
        for rule, place in built:
            self._check(document, place, rule, frozenset(raw), beneath.get(rule.id))

    def _entries(self, document: Document, prefix: str) -> list[tuple[int, dict[str, Any]]]:
        """Return the rules of a document with their positions, each id once."""
        data = document.data if isinstance(document.data, dict) else {}
        for key in sorted(set(map(str, data)) - {"rules", "region", "name"}):
            self._fault(document, (key,), f"unknown key {key!r}")
        if prefix and (data.get("region") != prefix or not _PREFIX.fullmatch(prefix)):
            self._fault(document, ("region",), f"region must be {prefix!r}, two to six digits")
        if prefix:
            self.names[prefix] = str(data.get("name") or prefix)
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

    def _check(
        self,
        document: Document,
        place: Place,
        rule: Rule,
        ids: frozenset[str],
        beneath: Rule | None,
    ) -> None:
        found = dict(complaints(rule, ids, self.vocabulary))
        if beneath is not None:
            found |= _against(rule, beneath)
        for where, reason in found.items():
            self._fault(document, (*place, *where), f"{rule.id}: {where[0]}: {reason}")

    def _fault(self, document: Document, place: Place, reason: str) -> None:
        self.faults.append(document.fault(place, reason))


def _over(beneath: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Lay an entry over the rule beneath; the article that allowed that one allows no more."""
    dropped = _SOURCE if "basis" in entry else frozenset()
    kept = {k: v for k, v in beneath.items() if k not in dropped and k != "replaces"}
    return {**kept, **entry}


def _against(rule: Rule, beneath: Rule) -> dict[Place, str]:
    """What is looser without an article, or an article that frees nothing."""
    found = dict(loosened(rule, beneath))
    if not rule.replaces:
        why = "; a looser rule needs `replaces` with its article"
        return {where: reason + why for where, reason in found.items()}
    if not found:
        return {("replaces",): "nothing here is looser, so no article is needed"}
    return {where: reason for where, reason in found.items() if where[0] in _NOT_LOOSER}
