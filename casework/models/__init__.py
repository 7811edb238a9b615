"""The entities, one a file; importing this package maps them all."""

from casework.models.absence_mark import AbsenceMark
from casework.models.access import Access
from casework.models.api_token import ApiToken
from casework.models.approval import Approval
from casework.models.away import Away
from casework.models.base import Base, UTCDateTime
from casework.models.call import Call
from casework.models.case import Case
from casework.models.class_log import ClassLogEntry
from casework.models.clock import Clock
from casework.models.closure import Closure
from casework.models.cluster import Cluster, ClusterMember, SickMark
from casework.models.delivery import Delivery, Parcel
from casework.models.document import (
    Document,
    DocumentContent,
    DocumentDelivery,
    DocumentSeries,
)
from casework.models.document_wording import DocumentTemplate, DocumentWording
from casework.models.endpoint import Endpoint
from casework.models.escalation import Escalation
from casework.models.event import Event
from casework.models.evidence import Evidence
from casework.models.expected_roll import ExpectedRoll
from casework.models.finding import Finding, FindingGround, FindingPerson
from casework.models.flag import Flag
from casework.models.heartbeat import Heartbeat
from casework.models.idempotency import Idempotency
from casework.models.intake import IntakeBox, IntakeFile, IntakeMessage, IntakeReceipt
from casework.models.leave import Leave
from casework.models.link import Link
from casework.models.login_session import LoginSession
from casework.models.membership import Membership
from casework.models.outbox import Message
from casework.models.party import Party
from casework.models.period import Period
from casework.models.person import Person
from casework.models.preference import CalendarFeed, Preference
from casework.models.private_value import PrivateValue
from casework.models.rate_limit import RateLimit
from casework.models.report import Report
from casework.models.roll_correction import RollCorrection
from casework.models.roll_tally import RollTally
from casework.models.rollcall import Rollcall
from casework.models.seat import Seat
from casework.models.setting import Setting
from casework.models.shift import Shift
from casework.models.signal import (
    Disposition,
    Signal,
    SignalDelivery,
    SignalPerson,
    SignalSource,
)
from casework.models.special_period import SpecialPeriod
from casework.models.student import Student
from casework.models.term import Term
from casework.models.unit import Unit
from casework.models.upload import Upload
from casework.models.user import User
from casework.models.zero_report import Contradiction, ZeroReport

__all__ = [
    "AbsenceMark",
    "Access",
    "ApiToken",
    "Approval",
    "Away",
    "Base",
    "CalendarFeed",
    "Call",
    "Case",
    "ClassLogEntry",
    "Clock",
    "Closure",
    "Cluster",
    "ClusterMember",
    "Contradiction",
    "Delivery",
    "Disposition",
    "Endpoint",
    "Document",
    "DocumentContent",
    "DocumentDelivery",
    "DocumentSeries",
    "DocumentTemplate",
    "DocumentWording",
    "Escalation",
    "Event",
    "Evidence",
    "ExpectedRoll",
    "Finding",
    "FindingGround",
    "FindingPerson",
    "Flag",
    "Heartbeat",
    "Idempotency",
    "IntakeBox",
    "IntakeFile",
    "IntakeMessage",
    "IntakeReceipt",
    "Leave",
    "Link",
    "LoginSession",
    "Membership",
    "Message",
    "Parcel",
    "Party",
    "Period",
    "Person",
    "Preference",
    "PrivateValue",
    "RateLimit",
    "Report",
    "Rollcall",
    "RollCorrection",
    "RollTally",
    "Seat",
    "Setting",
    "Shift",
    "SickMark",
    "Signal",
    "SignalDelivery",
    "SignalPerson",
    "SignalSource",
    "SpecialPeriod",
    "Student",
    "Term",
    "Unit",
    "Upload",
    "User",
    "UTCDateTime",
    "ZeroReport",
]
