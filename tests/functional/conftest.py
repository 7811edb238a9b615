"""What tests of pages arrange with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from casework.services.filing import file_case
from casework.services.scope import load_case
from tests.factories import County, act, bullying

Act = Callable[..., None]
File = Callable[..., str]


@pytest.fixture
def file(app: Flask, app_county: County) -> File:
    """File a report of bullying as the class teacher; gives its number."""

    def made(**fields: Any) -> str:
        with app.extensions["casework"].db.transaction() as session:
            return file_case(session, app_county["teacher1"], bullying(app_county, **fields)).number

    return made


@pytest.fixture
def number(file: File) -> str:
    """A case of bullying that the class teacher has filed."""
    return file()


@pytest.fixture
def do(app: Flask, app_county: County) -> Act:
    """Do something in a case as somebody."""

    def done(who: str, number: str, action: str, **fields: Any) -> None:
        with app.extensions["casework"].db.transaction() as session:
            case = load_case(session, app_county[who], number)
            act(session, app_county[who], case, action, **fields)

    return done
