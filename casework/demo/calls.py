"""What the bureaus learned from elsewhere: signals in every state, and one finding with its reply.

The story: on the last school day but one a school knew of a fight at 11:00 and attested "nothing";
the next morning a mother calls the hotline. Which school it is follows from who attested "nothing".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.demo import county
from casework.demo.build import Places
from casework.demo.everyday import Moment
from casework.models import Case, Unit, ZeroReport
from casework.permissions import SYSTEM, Actor
from casework.services.findings.answering import reply
from casework.services.findings.proposing import Proposal, propose
from casework.services.intake import boxes, codes, sending
from casework.services.signals import disposing, explaining, seeing
from casework.services.signals.receiving import NewSignal, receive

FIGHT = "课间两名学生在操场器材室旁打斗，一人鼻部出血，班主任到场制止并送校医室。"
BUS_LATE = "家长来电反映石桥线校车下午晚点四十分钟，询问是否发生事故。"
PAID = "匿名来电：护理一班有学生连续几天被要求“交保护费”，希望教育局了解。"
CALL = "孩子昨天上午在学校被同学打出鼻血，班主任知道，学校没有给任何说法。"
LETTER = "我们班有人总在放学路上堵一个女生要零食和钱，她不敢说。"
HARMLESS = {"injury": "minor", "weapon": False, "sexual_harm": False}
HARMLESS |= {"self_harm": False, "extortion": False, "video_spread": False}


PROPOSED = time(10, 30)


@dataclass(slots=True)
class Calls:
    """Who called, and what became of it."""

    session: Session
    places: Places
    now: datetime
    days: list[date]
    actor: Callable[[str], Actor]
    fought: county.School = county.SCHOOLS[1]
    ids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def moments(self) -> Iterator[Moment]:
        """Every signal and every step up to now, each with its instant."""
        for at, act, *given in (*self._lately(), *self._of_the_fight()):
            if at <= self.now:
                yield at, partial(act, *given)

    def _lately(self) -> Iterator[tuple[Any, ...]]:
        for hours, act, *given in (
            (30.0, self._smoke),
            (29.95, self._seen),
            (29.0, self._explain, "smoke", "officer2", "水汽触发，无明火"),
            (28.0, self._agree, "smoke", "leader2"),
            (26.0, self._hear, "bus", "12345", "S5", "officer2", BUS_LATE),
            (24.0, self._explain, "bus", "officer2", "道路施工绕行，已回复来电人"),
            (23.0, self._agree, "bus", "officer2b"),
            (5.0, self._letter),
            (2.0, self._hear, "gate", "hotline", "S3", "officer1", PAID),
        ):
            yield self.now - timedelta(hours=hours), act, *given

    def _of_the_fight(self) -> Iterator[tuple[Any, ...]]:
        """On the last two school days of which the second is so far on that it was proposed."""
        over = [day for day in self.days if _at(day, PROPOSED) <= self.now]
        before, after = (over if len(over) > 1 else self.days)[-2:]
        yield _at(after, time(8, 40)), self._hear_of_the_fight, before
        yield _at(after, time(9, 30)), self._open_fight, _at(before, time(11))
        yield _at(after, PROPOSED), self._propose
        yield _at(after, time(15)), self._reply

    def _hear(self, name: str, kind: str, unit: str, who: str, text: str) -> None:
        new = NewSignal(kind, self.places.units[unit], text)
        self.ids[name] = receive(self.session, self.actor(who), new).id

    def _hear_of_the_fight(self, day: date) -> None:
        """It was at the second school, or at the first of its county that says nothing happened."""
        quiet = select(Unit.code).join(ZeroReport, ZeroReport.unit_id == Unit.id)
        found = set(
            self.session.scalars(quiet.where(ZeroReport.on == day, ZeroReport.nothing.is_(True)))
        )
        mine = (self.fought, *county.SCHOOLS)
        of_county = [one for one in mine if one.county == self.fought.county]
        self.fought = next((one for one in of_county if one.code in found), self.fought)
        self._hear("fight", "hotline", self.fought.code, "officer1", CALL)

    def _smoke(self) -> None:
        new = NewSignal("smoke_alarm", self.places.units["S5D"], "一号宿舍楼二层烟感报警")
        self.ids["smoke"] = receive(self.session, SYSTEM, new).id

    def _seen(self) -> None:
        who, what = self.actor("warden5"), "热水间水汽，无明火"
        seeing.see(self.session, who, self.ids["smoke"], what, real=False)

    def _explain(self, name: str, who: str, why: str) -> None:
        explaining.explain(self.session, self.actor(who), self.ids[name], why)

    def _agree(self, name: str, who: str) -> None:
        explaining.decide(self.session, self.actor(who), self.ids[name], approve=True)

    def _letter(self) -> None:
        """Nobody knows its code: a new one is made for each report, and only its hash is kept."""
        places = boxes.kept(self.session, self.actor("officer1"))
        box = next(one.box for one in places if one.box and one.unit.code == "S1")
        code = codes.code_for(secrets.token_hex(), codes.new_nonce())
        plain = codes.cleaned(code) or ""
        seal = codes.seal(secrets.token_hex(), plain, LETTER)
        report = sending.Report(LETTER, "no", False, codes.hashed(plain), seal)
        sending.send(self.session, box.id, report)

    def _open_fight(self, knew: datetime) -> None:
        opening = disposing.Opening("bullying", "器材室旁学生打斗", FIGHT, fields=HARMLESS)
        teacher = f"{self.fought.classes[0]}班主任"
        knowledge = disposing.Knowledge(knew, "班主任当日的微信工作群消息截图", teacher)
        row = disposing.open_case(
            self.session, self.actor("officer1"), self.ids["fight"], opening, knowledge=knowledge
        )
        self.numbers["fight"] = self.session.get_one(Case, row.case_id).number

    def _propose(self) -> None:
        proposal = Proposal(
            "concealment",
            "case",
            self.numbers["fight"],
            accusation="班主任当日11:00已知晓打斗并致学生受伤，学校当日签报的零报告未列此事，也未另行报送。",
            evidence="班主任工作群消息截图、当日零报告、热线记录。",
        )
        self.ids["finding"] = propose(self.session, self.actor("officer1"), proposal).id

    def _reply(self) -> None:
        words = "班主任以为是一般磕碰，未报安全负责人，校长次日才知情；已补报并约谈班主任。"
        principal = f"principal{county.SCHOOLS.index(self.fought) + 1}"
        reply(self.session, self.actor(principal), self.ids["finding"], words)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=LOCAL)
