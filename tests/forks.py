"""Programs in processes of their own, forked from one that has imported the product already.

To import it takes seconds, and a story restarts its server five times. One process imports it for
all tests of a worker; whatever is started here is a fork of that one, with an environment, settings
and a database of its own, to be ended or killed like any other. How a process starts from nothing
is tested in `tests/integration/test_processes.py`.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.cli import main as flask_main
from jinja2 import FileSystemBytecodeCache

from config.settings import ROOT

FAMILY = multiprocessing.get_context("forkserver")
FAMILY.set_forkserver_preload(["app", "tests.forks", "tests.integration.processes"])
COMPILED = ROOT / ".pytest_cache" / "templates"
COMPILED.mkdir(parents=True, exist_ok=True)
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(COMPILED))}
"""Templates are compiled once for all processes and runs; each is known by its content."""
PATIENCE = 60
"""Seconds that a process may take to end."""

Environment = Mapping[str, str]


class Conversation:
    """A program that is spoken to in lines, and ends when nobody speaks to it any more."""

    def __init__(self, program: Callable[..., None], *arguments: str) -> None:
        self._line, theirs = socket.socketpair()
        self._process = FAMILY.Process(target=_converse, args=(program, arguments, theirs))
        self._process.start()
        theirs.close()
        self._heard = self._line.makefile("r")

    def say(self, line: str) -> None:
        """Send one line."""
        self._line.sendall(f"{line}\n".encode())

    def hear(self) -> str:
        """The next line; empty when the program has ended."""
        return self._heard.readline().strip()

    def kill(self) -> None:
        """End it as by a power cut."""
        self._process.kill()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.shutdown(socket.SHUT_WR)
        end(self._process)
        self._heard.close()
        self._line.close()


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended: its exit code and what it has said."""

    returncode: int
    stdout: str
    stderr: str


def flask(env: Environment, *words: str) -> Done:
    """Run one `flask` command."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = start(env, words, out, err)
        return Done(end(process), out.read_text(), err.read_text())


def start(env: Environment, words: Sequence[str], out: Path, err: Path) -> ForkServerProcess:
    """Start one `flask` command, which writes to these files."""
    process = FAMILY.Process(target=_command, args=(words, dict(env), out, err))
    process.start()
    return process


def serve(env: Environment, log: Path) -> ForkServerProcess:
    """Start `python app.py`, which writes to this file."""
    process = FAMILY.Process(target=_server, args=(dict(env), log))
    process.start()
    return process


def end(process: ForkServerProcess) -> int:
    """Wait for its end, and do not wait for ever; the exit code."""
    process.join(PATIENCE)
    process.kill()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _converse(program: Callable[..., None], arguments: Sequence[str], line: socket.socket) -> None:
    sys.stdin, sys.stdout = line.makefile("r"), line.makefile("w")
    program(*arguments)


def _command(words: Sequence[str], env: Environment, out: Path, err: Path) -> None:
    _become(env, out, err)
    sys.argv = ["flask", "--app", "app", *words]
    flask_main()


def _server(env: Environment, log: Path) -> None:
    _become(env, log, log)
    sys.argv = ["app.py"]
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


def _become(env: Environment, out: Path, err: Path) -> None:
    """As a process of its own would find the world."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    for path, number in ((out, 1), (err, 2)):
        with path.open("ab") as file:
            os.dup2(file.fileno(), number)
