"""点名与班级安全管理日志: rolls of classes, dormitories and buses, leave, corrections, class logs.

``periods``     periods_of, in_force, set_period, end_period, propose_defaults, NewPeriod
``seats``       give_seats, end_seat: who sleeps in a dormitory, who rides a bus
``roster``      pupils_of: who is called in a unit on a day
``sheet``       sheet_of -> shapes.Sheet, to_call -> shapes.Due for today's page of a teacher
``saving``      save_roll(session, actor, NewRoll) -> shapes.Saved
``correcting``  correct_roll -> shapes.Saved
``leaves``      record_leave -> shapes.Recorded, matching, of_unit
``revoking``    revoke_leave
``class_log``   day, month, add_entry, rows_for_export, workbook
``export``      MARKS, ENTRIES: what the kinds of marks and entries are called
``owed``        dues_of, dues_over: which rolls some units owe, and what became of each
``expecting``   sweep_missing: what was not saved gets its clock, once for each bell

What these give back are the frozen dataclasses of ``shapes``; no entity leaves but ``Period``.

Signatures, all with the session first and raising NotFound out of scope, NotAllowed, Conflict,
Invalid by field::

    periods.periods_of(session, unit, on=None) -> tuple[Period, ...]     # of the unit's school
    periods.set_period(session, actor, school_id, new, *, from_on=None, reason) -> Period
    periods.end_period(session, actor, period_id, *, until_on, reason) -> Period
    periods.propose_defaults(session, actor, school_id) -> tuple[NewPeriod, ...]
    seats.give_seats(session, actor, unit_id, student_ids, *, from_on=None) -> int
    seats.end_seat(session, actor, unit_id, student_id, *, until_on=None, reason) -> None
    sheet.sheet_of(session, actor, unit_id, on, period_code) -> Sheet
    sheet.to_call(session, actor, on=None) -> tuple[Due, ...]
    saving.save_roll(session, actor, NewRoll(...)) -> Saved
    correcting.correct_roll(session, actor, rollcall_id, marks, reason) -> Saved
    leaves.record_leave(session, actor, NewLeave(...)) -> Recorded
    revoking.revoke_leave(session, actor, leave_id, reason) -> LeaveLine
    leaves.of_unit(session, actor, unit_id, first, last) -> tuple[LeaveLine, ...]
    class_log.day(session, actor, unit_id, on) -> LogDay
    class_log.month(session, actor, unit_id, first_of_month) -> LogMonth
    class_log.add_entry(session, actor, unit_id, kind, text, on=None) -> EntryLine
    class_log.workbook(session, actor, unit_id, first, last, say) -> bytes   # .xlsx
    listing.rolls_of(session, actor, unit_id, on) -> tuple[Roll, ...]

Permissions: ROLL_CALL (call, correct, leave, log entries), ROLL_READ (read them).
"""
