"""The lists to choose from in an absence. Values are permanent; labels may change."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Choice

PERIODS = (
    Choice("morning", N_("Morning roll-call")),
    Choice("afternoon", N_("Afternoon roll-call")),
    Choice("evening", N_("Evening study")),
    Choice("dormitory", N_("Dormitory check")),
    Choice("bus", N_("School bus")),
    Choice("other", N_("Other time")),
)
STRICT_REASONS = (
    Choice("note", N_("A note was left")),
    Choice("self_harm", N_("Words of self-harm")),
    Choice("watch_list", N_("On the watch list")),
    Choice("bullying", N_("An open bullying case")),
    Choice("kindergarten", N_("Kindergarten child")),
    Choice("bus", N_("Boarded the bus, not in class")),
    Choice("illness", N_("Known illness")),
)
LEAVE_GROUNDS = (
    Choice("leave", N_("Leave on file")),
    Choice("guardian", N_("Word of a guardian")),
)
LEAVE_KINDS = (
    Choice("personal", N_("Personal leave")),
    Choice("official", N_("On duty for the school")),
    Choice("illness", N_("Illness")),
    Choice("other", N_("Other leave")),
)
CONTACTS = (
    Choice("first", N_("First guardian")),
    Choice("second", N_("Second guardian")),
    Choice("other", N_("Other emergency contact")),
    Choice("student", N_("The student")),
)
OUTCOMES = (
    Choice("reached", N_("Reached")),
    Choice("no_answer", N_("No answer")),
    Choice("on_the_way", N_("Said to be on the way")),
    Choice("unknown_whereabouts", N_("Whereabouts unknown to the person")),
)
CAUSES = (
    Choice("late", N_("Late")),
    Choice("ill", N_("Ill")),
    Choice("family", N_("Family matter")),
    Choice("refusal", N_("Does not want to go to school")),
    Choice("bullying", N_("Bullying")),
    Choice("crime", N_("Victim of a crime")),
    Choice("truancy", N_("Truancy without a reason")),
    Choice("work", N_("Works or helps at home")),
    Choice("other", N_("Other cause")),
)
SEARCHED = (
    Choice("vehicle", N_("Vehicle, to the last seat")),
    Choice("buildings", N_("Classrooms and buildings")),
    Choice("dormitory", N_("Dormitory")),
    Choice("toilets", N_("Toilets and corners")),
    Choice("roof_water", N_("Roofs and water")),
    Choice("surroundings", N_("Surroundings of the school")),
    Choice("route", N_("Way to school")),
    Choice("home", N_("Home")),
    Choice("other", N_("Other places")),
)
ALARM_BY = (
    Choice("school", N_("The school")),
    Choice("guardian", N_("A guardian")),
    Choice("other", N_("Somebody else")),
)
CONDITIONS = (
    Choice("well", N_("Well")),
    Choice("injured", N_("Injured")),
    Choice("harmed", N_("Harmed by somebody")),
    Choice("dead", N_("Dead")),
)
SYMPTOMS = (
    Choice("fever", N_("Fever")),
    Choice("cough", N_("Cough or sore throat")),
    Choice("vomiting", N_("Vomiting")),
    Choice("diarrhoea", N_("Diarrhoea")),
    Choice("rash", N_("Rash")),
    Choice("swelling", N_("Swollen cheeks")),
    Choice("eyes", N_("Red eyes")),
    Choice("breathing", N_("Breathing difficulty")),
    Choice("other", N_("Other symptoms")),
)
PROGRESS = (
    Choice("better", N_("Better")),
    Choice("same", N_("Unchanged")),
    Choice("worse", N_("Worse")),
    Choice("hospital", N_("In hospital")),
    Choice("promised", N_("Has promised to return")),
    Choice("refuses", N_("Refuses to return")),
    Choice("returned", N_("Back at school")),
)
TALKS = (
    Choice("talk", N_("Talk")),
    Choice("home_visit", N_("Home visit")),
)
CLOSING_OUTCOMES = (
    Choice("returned", N_("Back at school")),
    Choice("moved", N_("Moved to another school or place")),
    Choice("died", N_("Died")),
    Choice("not_persuaded", N_("Persuasion failed")),
)
