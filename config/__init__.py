"""What an installation may set: read here once and handed to the package as one frozen object."""

import os
import sys

from config.logging import configure_logging
from config.settings import Settings, SettingsError, load_settings


def from_environment() -> Settings:
    """The settings of this process, its logging set up; leaves with all mistakes if there are."""
    configure_logging()
    try:
        return load_settings(os.environ)
    except SettingsError as error:
        sys.exit(str(error))
