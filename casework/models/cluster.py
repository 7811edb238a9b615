"""Similar illnesses in one class or dormitory: what counts for them, and what they have opened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class SickMark(Base):
    """An illness found by following up an absence, at one place; of rolls and leaves the marks
    themselves count.

    Both days are included. Without ``student_id`` nobody knows which pupil of the roster it is.
    """

    __tablename__ = "sick_mark"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="dates"),
        Index("ix_sick_mark_place", "unit_id", "until_on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    student_id: Mapped[int | None] = ref("student.id", index=True)
    unit_id: Mapped[int] = ref("unit.id")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    symptoms: Mapped[list[Any]] = mapped_column(default=list)


class Cluster(Base):
    """Similar illnesses that met a threshold; open as long as the emergency it opened is.

    ``illness`` is the group of symptoms, ``from_on`` the first day of illness that counted for it.
    """

    __tablename__ = "cluster"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index("ix_cluster_place", "unit_id", "illness"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    illness: Mapped[Code]
    from_on: Mapped[date] = mapped_column(Date)
    found_at: Mapped[datetime]
    case_id: Mapped[int] = ref("case.id")


class ClusterMember(Base):
    """A pupil who is part of a cluster, once; ``case_id`` is the absence that tells of it."""

    __tablename__ = "cluster_member"
    __table_args__ = (
        UniqueConstraint("cluster_id", "student_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    cluster_id: Mapped[int] = ref("cluster.id", index=True)
    student_id: Mapped[int | None] = ref("student.id", index=True)
    case_id: Mapped[int | None] = ref("case.id", index=True)
    from_on: Mapped[date] = mapped_column(Date)
    joined_at: Mapped[datetime]
