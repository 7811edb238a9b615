"""The migrations build exactly the tables of the models, on both databases, and take them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from casework import migrations
from casework.db import Database
from casework.models import Base
from tests.databases import Postgres

Schema = dict[str, list[tuple[str, ...]]]

POSTGRES_SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length::text,
               is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def sqlite_schema(db: Database) -> Schema:
    """Every statement that made a table or an index, freed of layout and of column order."""
    with db.reading() as session:
        rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {name: _parts(sql) for name, sql in rows if _ours(name)}


def _parts(sql: str) -> list[tuple[str, ...]]:
    words = " ".join(sql.replace('"', "").split())
    first, last = words.index("("), words.rindex(")")
    inner = words[first + 1 : last].replace("( ", "(").replace(" )", ")")
    return [(words[:first].strip(), words[last + 1 :]), *((part,) for part in _sorted(inner))]


def _sorted(inner: str) -> list[str]:
    """Constraints stand in another order; so may the columns, which are named anyway."""
    return sorted(part.strip() for part in inner.split(", "))


def postgres_schema(db: Database) -> Schema:
    """Columns, constraints and indexes as the server itself describes them."""
    with db.reading() as session:
        return {
            name: sorted(
                tuple(str(v) for v in row)
                for row in session.execute(text(query))
                if _ours(str(row[0]))
            )
            for name, query in POSTGRES_SCHEMA.items()
        }


def _ours(name: str) -> bool:
    return not name.startswith(("alembic", "sqlite_"))


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/migrated.db")


def test_sqlite_migrations_build_the_tables_of_the_models(
    empty_sqlite: Database, tmp_path: Path
) -> None:
    created = Database(f"sqlite:///{tmp_path}/created.db")
    Base.metadata.create_all(created.engine)
    migrations.upgrade(empty_sqlite)

    assert sqlite_schema(empty_sqlite) == sqlite_schema(created)


@pytest.mark.postgres
def test_postgres_migrations_build_the_tables_of_the_models(
    postgres: Postgres, postgres_url: str
) -> None:
    with postgres.fresh("template1") as url:
        migrated, created = Database(url), Database(postgres_url)
        migrations.upgrade(migrated)

        assert postgres_schema(migrated) == postgres_schema(created)
        migrations.downgrade(migrated, "base")
        assert inspect(migrated.engine).get_table_names() == ["alembic_version"]
        migrated.dispose()
        created.dispose()


def test_upgrading_twice_changes_nothing(empty_sqlite: Database) -> None:
    migrations.upgrade(empty_sqlite)
    once = sqlite_schema(empty_sqlite)
    migrations.upgrade(empty_sqlite)

    assert sqlite_schema(empty_sqlite) == once


def test_downgrading_removes_every_table(empty_sqlite: Database) -> None:
    migrations.upgrade(empty_sqlite)
    migrations.downgrade(empty_sqlite, "base")

    assert inspect(empty_sqlite.engine).get_table_names() == ["alembic_version"]
