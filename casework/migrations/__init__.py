"""The tables' history: brought up to date under a lock, so that any number may start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from casework.db import Database

HERE = Path(__file__).parent
LOCK = 0x6361_7365  # "case"; any number that nobody else uses


def upgrade(db: Database, revision: str = "head") -> None:
    """Bring the tables up to a revision; does nothing when they are there."""
    with db.transaction() as session:
        connection = session.connection()
        _lock(connection)
        command.upgrade(_config(connection), revision)


def downgrade(db: Database, revision: str) -> None:
    """Take the tables back to a revision; ``base`` removes them all."""
    with db.transaction() as session:
        connection = session.connection()
        _lock(connection)
        command.downgrade(_config(connection), revision)


def write_revision(db: Database, name: str) -> list[Path]:
    """Write a migration from the difference between the models and the database."""
    known = {path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py")}
    number = f"{max(map(int, known), default=0) + 1:04d}"
    with db.transaction() as session:
        config = _config(session.connection())
        made = command.revision(config, message=name, autogenerate=True, rev_id=number)
    scripts = made if isinstance(made, list) else [made]
    return [Path(script.path) for script in scripts if script is not None]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", HERE.as_posix().replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    """Two processes that start together must not both create the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
