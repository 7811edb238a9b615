"""The page of the rule packs: every clock with its law, its numbers and what the region changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.rules import Rule
from casework.models import Unit
from casework.permissions import ROLE_LABELS, Actor
from casework.services.actors import ancestors
from casework.services.pages import labels, rules_words
from casework.services.pages.rules_words import OpeningLine, RecipientLine, TermLine
from casework.services.policy import policy
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

SHARED = N_("Several kinds of case")
OTHER = N_("Signals, rolls, supervision, approvals")
OTHERS = "other"
NATIONAL = N_("The whole country")
NO_FLAG = "none"


@dataclass(frozen=True, slots=True)
class RuleFilters:
    """What of the pack is shown; ``region`` None: that of the reader."""

    case_type: str = ""
    region: str | None = None
    defaults: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words; ``was`` is the national one where the region has changed something."""

    id: str
    version: int
    title: str
    owner: str
    opens: tuple[OpeningLine, ...]
    closes: tuple[Text, ...]
    resumes: tuple[Text, ...]
    repeat: bool
    recipients: tuple[RecipientLine, ...]
    target: tuple[TermLine, ...]
    limit: tuple[TermLine, ...]
    flag: str
    ladders: tuple[TermLine | str, ...]
    automatic: tuple[Text, ...]
    extension: Text | None
    extension_basis: str
    basis: str
    basis_en: str
    quote: str
    evidence: str
    evidence_words: str
    default: bool
    region: str
    replaces: str
    was: RuleLine | None = None


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of one kind of case."""

    key: str
    title: str
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """One loaded pack; the reader's own comes first."""

    code: str
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules that hold in one region."""

    region: RegionChoice
    regions: tuple[RegionChoice, ...]
    kinds: tuple[tuple[str, str], ...]
    filters: RuleFilters
    groups: tuple[RuleGroup, ...]
    shown: int
    total: int
    defaults: int
    changed: int


def rules_page(session: Session, actor: Actor, filters: RuleFilters) -> RulesPage:
    """Every rule that holds in a region, by kind of case, as the filters ask."""
    packs = policy(session).packs
    own = packs.prefix(region_of(session, actor))
    prefix = own if filters.region is None else packs.prefix(filters.region)
    lines = list(_lines(packs.for_region(prefix), packs.for_region("")))
    wanted = [(rule, line) for rule, line in lines if _wanted(rule, line, filters)]
    regions = _regions(packs.names, own)
    return RulesPage(
        region=next(one for one in regions if one.code == prefix),
        regions=regions,
        kinds=(*((name, w.title) for name, w in WORKFLOWS.items()), (OTHERS, OTHER)),
        filters=filters,
        groups=_groups(wanted),
        shown=len(wanted),
        total=len(lines),
        defaults=sum(line.default for _, line in lines),
        changed=sum(line.was is not None for _, line in lines),
    )


def region_of(session: Session, actor: Actor) -> str:
    """The region of the actor's first post: that of the nearest unit that names one."""
    for post in actor.posts:
        query = select(Unit.region, Unit.path).where(
            Unit.id.in_(ancestors(post.path)), Unit.region != ""
        )
        found = sorted(session.execute(query), key=lambda row: -len(row[1]))
        if found:
            return str(found[0][0])
    return policy(session).region


def rule_line(rule: Rule, titles: Mapping[str, str], was: RuleLine | None = None) -> RuleLine:
    """A rule in words; ``titles`` are those of all rules of the pack by id."""
    return RuleLine(
        id=rule.id,
        version=rule.version,
        title=rule.title,
        owner=ROLE_LABELS[rule.owner],
        opens=tuple(rules_words.opening(one, rule, titles) for one in rule.opens_on),
        closes=tuple(rules_words.trigger(name, rule, titles) for name in rule.closes_on),
        resumes=tuple(rules_words.trigger(name, rule, titles) for name in rule.resumes_on),
        repeat=rule.repeat,
        recipients=tuple(map(rules_words.recipients, rule.per_recipient)),
        target=rules_words.term_lines(rule.target),
        limit=rules_words.term_lines(rule.limit),
        flag="" if rule.flag == NO_FLAG else labels.FLAGS[rule.flag],
        ladders=_ladders(rule),
        automatic=rules_words.automatic(rule),
        extension=rules_words.extension(rule.extension),
        extension_basis=rule.extension.basis if rule.extension else "",
        basis=rule.basis,
        basis_en=rule.basis_en or rule.basis,
        quote=rule.quote or "",
        evidence=rule.evidence.value,
        evidence_words=labels.EVIDENCE[rule.evidence],
        default=any(term.default for term in (*rule.target, *rule.limit)),
        region=rule.region,
        replaces=rule.replaces or "",
        was=was,
    )


def _ladders(rule: Rule) -> tuple[TermLine | str, ...]:
    several = len(rule.ladders) > 1
    return tuple(
        TermLine(_ladder_when(one.when), Text(rules_words.LADDERS[one.name]), default=False)
        if several
        else rules_words.LADDERS[one.name]
        for one in rule.ladders
    )


def _ladder_when(when: Mapping[str, object]) -> Text:
    if not when:
        return Text(rules_words.OTHERWISE)
    return rules_words.condition(when)


def _lines(
    rules: Mapping[str, Rule], national: Mapping[str, Rule]
) -> Iterable[tuple[Rule, RuleLine]]:
    titles = {rule.id: rule.title for rule in rules.values()}
    for rule in rules.values():
        was = rule_line(national[rule.id], titles) if rule.region else None
        yield rule, rule_line(rule, titles, was)


def _wanted(rule: Rule, line: RuleLine, filters: RuleFilters) -> bool:
    if filters.case_type and filters.case_type not in (rule.case_types or (OTHERS,)):
        return False
    return (line.default or not filters.defaults) and (line.was is not None or not filters.changed)


def _groups(lines: Iterable[tuple[Rule, RuleLine]]) -> tuple[RuleGroup, ...]:
    order = (*WORKFLOWS, "shared", OTHERS)
    found = sorted(((order.index(_group(rule)), n, line) for n, (rule, line) in enumerate(lines)),
                   key=lambda entry: entry[:2])  # fmt: skip
    titles = {**{n: w.title for n, w in WORKFLOWS.items()}, "shared": SHARED, OTHERS: OTHER}
    return tuple(
        RuleGroup(order[place], titles[order[place]], tuple(line for _, _, line in group))
        for place, group in groupby(found, key=lambda entry: entry[0])
    )


def _group(rule: Rule) -> str:
    if not rule.case_types:
        return OTHERS
    return rule.case_types[0] if len(rule.case_types) == 1 else "shared"


def _regions(names: Mapping[str, str], own: str) -> tuple[RegionChoice, ...]:
    known = {"": NATIONAL, **names}
    codes = sorted(known, key=lambda code: (code != own, code))
    return tuple(RegionChoice(code, known[code], code == own) for code in codes)
