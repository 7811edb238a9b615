"""The stories of the demo county, one file a case type."""

from casework.demo.script import Told
from casework.demo.stories.absence import SOUGHT
from casework.demo.stories.absence_explained import EXPLAINED
from casework.demo.stories.bullying_ended import ENDED
from casework.demo.stories.bullying_open import STRAIGHT
from casework.demo.stories.bullying_winding import WINDING
from casework.demo.stories.emergency import UNDER_WAY
from casework.demo.stories.emergency_after import AFTERWARDS
from casework.demo.stories.opinion import ANSWERING
from casework.demo.stories.opinion_calm import CALMED

STORIES: tuple[Told, ...] = (
    *STRAIGHT,
    *WINDING,
    *ENDED,
    *SOUGHT,
    *EXPLAINED,
    *UNDER_WAY,
    *AFTERWARDS,
    *ANSWERING,
    *CALMED,
)
