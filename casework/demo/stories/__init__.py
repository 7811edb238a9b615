"""The stories of the demo county, one file a case type."""

from casework.demo.script import Told
from casework.demo.stories.absence import ABSENCES
from casework.demo.stories.bullying import BULLYING
from casework.demo.stories.emergency import EMERGENCIES
from casework.demo.stories.opinion import OPINIONS

STORIES: tuple[Told, ...] = (*BULLYING, *ABSENCES, *EMERGENCIES, *OPINIONS)
