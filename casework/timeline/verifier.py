"""Checks the chains of a timeline; needs nothing but this file and Python's standard library.

``python verifier.py FILE.jsonl`` reads an export (``-`` reads standard input), answers with exit
code 0, or names the first fault and its place and exits with 1. The format is described in
``docs/timeline-format.md``. Nothing is imported from the package, so that whoever distrusts the
system can check its timeline with a copy of this file alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

VERSION = 1
GENESIS = "0" * 64
"""What the first event of a chain names as its predecessor."""
MAX_INTEGER = 2**53 - 1
"""Larger integers are not the same number in every JSON reader, so they are refused."""

_KEYS = frozenset(("v", "case", "seq", "at", "actor", "action", "from", "to", "data", "prev"))
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class ChainFault(Exception):
    """The first thing that is wrong with a chain, and where it is."""

    def __init__(self, chain: str, seq: int, reason: str, line: int | None = None) -> None:
        self.chain, self.seq, self.reason, self.line = chain, seq, reason, line
        place = "" if line is None else f"line {line}, "
        super().__init__(f"{place}chain {chain or '?'}, event {seq}: {reason}")


class Head(NamedTuple):
    """The last event of a chain: its number and its hash."""

    chain: str
    seq: int
    hash: str


class Tally(NamedTuple):
    """How much was checked and found whole."""

    chains: int
    events: int


Expected = Mapping[str, tuple[int, str]]
"""Events known from elsewhere (a receipt, a checkpoint): chain -> (seq, hash)."""
OnHead = Callable[[Head], object]
Link = tuple[str, int, str, str, int | None]
"""What ties a checked event to its neighbours: chain, seq, prev, hash, and its line if any."""


def canonical(value: object) -> str:
    """The RFC 8785 text of a value; raises ValueError for what the format does not allow."""
    try:
        _check_value(value)
        text = encode(value)
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a string holds half a surrogate pair") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return text


def _check_value(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise ValueError("an integer exceeds 2**53 - 1")
    elif isinstance(value, list):
        for item in value:
            _check_value(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"key {key!r} is not an ASCII string")
            _check_value(item)
    else:
        raise ValueError(f"{type(value).__name__} is not allowed in an event")


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> Any:
    """Read one JSON value; raises ValueError for duplicate keys and other ambiguities."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def check_event(event: Mapping[str, Any]) -> None:
    """Raise ValueError unless the object, without ``hash``, has the shape of an event."""
    if event.keys() != _KEYS:
        raise ValueError("the keys are not those of an event")
    actor, at = event["actor"], event["at"]
    if not isinstance(actor, dict) or actor.keys() != {"id", "role"}:
        raise ValueError("actor is not {id, role}")
    shape = {
        "v": type(event["v"]) is int and event["v"] == VERSION,
        "case": isinstance(event["case"], str) and event["case"] != "",
        "seq": type(event["seq"]) is int and event["seq"] > 0,
        "at": isinstance(at, str) and _INSTANT.fullmatch(at) and datetime.fromisoformat(at),
        "actor.id": actor["id"] is None or type(actor["id"]) is int,
        "actor.role": isinstance(actor["role"], str) and actor["role"] != "",
        "action": isinstance(event["action"], str) and event["action"] != "",
        "from": event["from"] is None or isinstance(event["from"], str),
        "to": event["to"] is None or isinstance(event["to"], str),
        "data": isinstance(event["data"], dict),
        "prev": isinstance(event["prev"], str) and _HASH.fullmatch(event["prev"]),
    }
    wrong = [name for name, holds in shape.items() if not holds]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} not as the format demands")


def verify_chain(events: Iterable[Mapping[str, Any]]) -> Head:
    """The head of one chain of export objects; raises ChainFault, also for a second chain."""
    heads: list[Head] = []
    walk((_event_link(dict(event)) for event in events), None, heads.append, set())
    if len(heads) != 1:
        raise ChainFault("", 0, f"one chain expected, {len(heads)} found")
    return heads[0]


def verify_lines(
    lines: Iterable[str | bytes], expected: Expected | None = None, on_head: OnHead | None = None
) -> Tally:
    """Check an export, line by line; memory grows by one name per chain, not with events.

    ``expected`` names events that must be there with that hash, which shows a tail cut off;
    ``on_head`` receives the head of each chain as it ends. Raises ChainFault.
    """
    return walk(map(_line_link, enumerate(lines, 1)), expected, on_head, set())


def walk(
    links: Iterable[Link],
    expected: Expected | None,
    on_head: OnHead | None,
    begun: set[str] | None,
) -> Tally:
    """Follow the links through any number of chains, one chain after the other.

    ``begun`` collects the names of chains, so that none goes on after another began; None when
    the order of the links is certain. Raises ChainFault.
    """
    awaited = dict(expected or {})
    before: Link | None = None
    chains = events = 0
    for link in links:
        if before is None or link[0] != before[0]:
            if before is not None:
                _end(before, awaited, on_head)
            before = _begin(link, begun)
            chains += 1
        _follow(before, link, awaited)
        before = link
        events += 1
    if before is not None:
        _end(before, awaited, on_head)
    for missing, (seq, _) in awaited.items():
        raise ChainFault(missing, seq, "the chain is missing")
    return Tally(chains, events)


def _begin(first: Link, begun: set[str] | None) -> Link:
    chain, seq, _, _, line = first
    if begun is not None:
        if chain in begun:
            raise ChainFault(chain, seq, "the chain had ended before", line)
        begun.add(chain)
    return chain, 0, "", GENESIS, None


def _follow(before: Link, link: Link, awaited: dict[str, tuple[int, str]]) -> None:
    chain, seq, prev, link_hash, line = link
    if seq != before[1] + 1:
        raise ChainFault(chain, seq, f"event {before[1] + 1} expected here", line)
    if prev != before[3]:
        raise ChainFault(chain, seq, "prev is not the hash of the event before", line)
    if awaited and awaited.get(chain, (0, ""))[0] == seq and awaited.pop(chain)[1] != link_hash:
        raise ChainFault(chain, seq, "differs from the known event", line)


def _end(last: Link, awaited: Expected, on_head: OnHead | None) -> None:
    chain, seq, _, link_hash, line = last
    if chain in awaited:
        raise ChainFault(chain, seq, f"ends before event {awaited[chain][0]}", line)
    if on_head is not None:
        on_head(Head(chain, seq, link_hash))


def _line_link(numbered: tuple[int, str | bytes]) -> Link:
    number, line = numbered
    try:
        event = parse(line.decode() if isinstance(line, bytes) else line)
    except ValueError as error:
        raise ChainFault("", 0, f"not a line of JSON: {error}", number) from error
    return _event_link(event, number)


def _event_link(event: Any, line: int | None = None) -> Link:
    """Check one export object: an event with ``hash`` and, if it likes, the stored ``body``."""
    if not isinstance(event, dict):
        raise ChainFault("", 0, "not an object", line)
    written, body = event.pop("hash", None), event.pop("body", None)
    try:
        check_event(event)
        text = canonical(event)
        if body is not None and body != text:
            raise ValueError("body is not the canonical form of the event")
        if written != digest(text):
            raise ValueError("hash is not that of the event")
    except ValueError as error:
        seq = event.get("seq")
        place = str(event.get("case", "")), seq if isinstance(seq, int) else 0
        raise ChainFault(*place, str(error), line) from error
    return event["case"], event["seq"], event["prev"], written, line


def read_heads(lines: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Read known heads, one ``chain seq hash`` a line, as ``--print-heads`` writes them."""
    heads = {}
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if len(fields) != 3 or not fields[1].isdecimal() or not _HASH.fullmatch(fields[2]):
            raise ValueError(f"line {number} is not: chain seq hash")
        heads[fields[0]] = int(fields[1]), fields[2]
    return heads


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file; 0 when all chains are whole, 1 with the first fault, 2 for wrong usage."""
    options = argparse.ArgumentParser(description="Check the chains of an exported timeline.")
    options.add_argument("file", help="JSON lines as written by `timeline export`; - reads stdin")
    options.add_argument("--heads", help="heads known from elsewhere, one `chain seq hash` a line")
    options.add_argument("--print-heads", action="store_true", help="write the head of each chain")
    given = options.parse_args(arguments)
    expected, say = None, sys.stderr.write
    show = (lambda head: print(*head)) if given.print_heads else None  # noqa: T201 - its output
    try:
        if given.heads:
            with open(given.heads, encoding="utf-8") as known:
                expected = read_heads(known)
        with open(0 if given.file == "-" else given.file, "rb") as lines:
            tally = verify_lines(lines, expected, show)
        if tally.events == 0:
            raise ChainFault("", 0, "the file holds no event")
    except ChainFault as fault:
        say(f"FAULT {fault}\n")
        return 1
    except (OSError, ValueError) as error:
        say(f"cannot check: {error}\n")
        return 2
    say(f"whole: {tally.chains} chains, {tally.events} events\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
