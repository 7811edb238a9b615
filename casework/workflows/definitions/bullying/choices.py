"""The lists to choose from in a bullying case. Values are permanent; labels may change."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Choice

INJURIES = (
    Choice("none", N_("No injury")),
    Choice("minor", N_("Minor injury")),
    Choice("serious", N_("Serious injury")),
)

SEVERITIES = (
    Choice("minor", N_("Minor")),
    Choice("serious", N_("Serious")),
    Choice("aggravated", N_("Aggravated")),
    Choice("criminal", N_("Against public order or criminal law")),
)

NO_FINDINGS = (
    Choice("not_bullying", N_("Not bullying")),
    Choice("unproven", N_("Not proven")),
)

FINDINGS = (
    *NO_FINDINGS,
    Choice("minor", N_("Minor bullying")),
    Choice("serious", N_("Serious bullying")),
    Choice("aggravated", N_("Aggravated bullying")),
)

KINDS = (
    Choice("body", N_("Hitting, kicking, pushing, threatening")),
    Choice("words", N_("Insults, mockery, humiliating nicknames")),
    Choice("property", N_("Taking or breaking belongings, demanding money")),
    Choice("exclusion", N_("Malicious exclusion")),
    Choice("network", N_("Slander or spreading of privacy online")),
)

MANDATORY_ITEMS = (
    Choice(1, N_("1: injury or illness of private parts")),
    Choice(
        2, N_("2: a girl under 14 was or may have been sexually assaulted, pregnant or aborted")
    ),
    Choice(3, N_("3: a girl of 14 or more may have been sexually assaulted")),
    Choice(
        4, N_("4: many wounds, malnutrition or unconsciousness, possibly by violence or bullying")
    ),
    Choice(5, N_("5: suicide, self-harm, poisoning or the like with disability or death")),
    Choice(6, N_("6: a child abandoned or left without care")),
    Choice(7, N_("7: a child missing, abducted or trafficked")),
    Choice(8, N_("8: a child organised to beg")),
    Choice(9, N_("9: other serious harm or danger to a child")),
)

POLICE_RESULTS = (
    Choice("not_filed", N_("No case opened")),
    Choice("not_punished", N_("No punishment")),
    Choice("withdrawn", N_("Case withdrawn")),
    Choice("mediated", N_("Settled by mediation")),
    Choice("other", N_("Another result")),
)

REPORTER_ASKED = (
    Choice("answered", N_("Asked by receipt code, answered")),
    Choice("silent", N_("Asked by receipt code, no answer")),
    Choice("known", N_("The reporter is known and was asked in person")),
)

STATEMENT = (
    Choice("taken", N_("Statement taken")),
    Choice("missing", N_("No statement")),
)

DELIVERIES = (
    Choice("signed", N_("Signed for")),
    Choice("post", N_("Registered post")),
    Choice("left", N_("Left at the home with witnesses")),
    Choice("impossible", N_("Not possible")),
)

DISCIPLINE = (
    Choice("admonition", N_("Admonition")),
    Choice("conduct_rules", N_("Rules of conduct to follow")),
    Choice("special_education", N_("Special education")),
    Choice("school_service", N_("Service in the school")),
    Choice("behaviour_support", N_("Social worker or psychologist")),
    Choice("apology", N_("Apology")),
    Choice("police_warning", N_("Warning by the police")),
    Choice("special_school", N_("Proposal of a special school")),
    Choice("other", N_("Another measure")),
)

TASK_KINDS = (
    Choice("apology", N_("Apology")),
    Choice("counselling", N_("Counselling")),
    Choice("family_guidance", N_("Guidance of the family")),
    Choice("discipline", N_("Discipline measure")),
    Choice("safety_plan", N_("Safety plan")),
)
PSYCHOLOGICAL = ("counselling", "family_guidance")
"""The tasks that are a counsellor's."""

TASK_STATUS = (
    Choice("open", N_("To do")),
    Choice("done", N_("Done")),
    Choice("dropped", N_("Dropped")),
)

REQUESTERS = (
    Choice("victim", N_("Victim's guardian")),
    Choice("actor", N_("Actor's guardian")),
    Choice("other", N_("Somebody else")),
)

VIEWS = (
    Choice("given", N_("The victim has spoken")),
    Choice("impossible", N_("It is impossible to ask")),
)
