"""The tests of Casework: unit (pure), integration (both databases), functional (pages), e2e."""

import os
import sys

# Half of a start is compiling, and the tests start some sixty processes: whatever the shell says,
# what was compiled is kept.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
