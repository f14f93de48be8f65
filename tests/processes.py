"""Processes that begin quickly: each is a copy of one that has loaded the program and has done nothing else.

To start Python and load the program takes most of a second of processor time, to copy a process some milliseconds.
What makes a process one stays: streams, signals, a session and an exit code of its own, and Python's own way to its
end. What depends on how Python starts, as on the variables that only its start reads, needs a new Python.
"""

import atexit
import contextlib
import functools
import gc
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parent.parent
MAIN = "from scraper.cli import main; main()"
"""The program."""

HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""Where tests run in the background, interrupts are ignored from the start: a terminal's program heeds them."""

PIPE = subprocess.PIPE

_MOST = 2**20
"""Bytes of what one process is told: its code, its arguments and its environment."""


class Ended(NamedTuple):
    returncode: int
    stdout: bytes
    stderr: bytes


class Process:
    """A process that runs some code of Python, by default the program.

    Args:
        arguments: of the command line.
        code: what the process runs.
        stdin: an open file that it reads, or a pipe; else there is nothing to read.
        stdout: an open file that it writes to; else a pipe.
        stderr: the same.
        new_session: it leads a session of its own, and a group of processes.
    """

    def __init__(self, *arguments: object, code: str = MAIN, stdin=None, stdout=PIPE, stderr=PIPE, new_session=False):
        self.stdin: IO[bytes] | None = None
        self.returncode: int | None = None
        given, kept = [], []
        for place, stream in enumerate((stdin, stdout, stderr)):
            if stream is None:
                kept.append(None)
                given.append(os.open(os.devnull, os.O_RDONLY))
            elif stream == PIPE:
                reading, writing = os.pipe()
                ours, theirs = (writing, reading) if place == 0 else (reading, writing)
                kept.append(open(ours, "wb" if place == 0 else "rb"))  # noqa: SIM115, PTH123 - closed at its end
                given.append(theirs)
            else:
                kept.append(None)
                given.append(os.dup(stream if isinstance(stream, int) else stream.fileno()))
        self.stdin, self.stdout, self.stderr = kept
        reading, writing = os.pipe()
        self._told = open(reading, encoding="utf-8")  # noqa: SIM115, PTH123 - closed at its end
        told = {
            "code": code,
            "arguments": ["-c", *map(str, arguments)],
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
            "new_session": new_session,
        }
        message = json.dumps(told).encode()
        assert len(message) < _MOST
        server = _server()
        with _TURN:
            socket.send_fds(server, [len(message).to_bytes(4, "big")], [*given, writing])
            server.sendall(message)
        for number in (*given, writing):
            os.close(number)
        self.pid = int(self._told.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        for stream in (self.stdin, self.stdout, self.stderr, self._told):
            if stream is not None:
                stream.close()

    def rest(self) -> tuple[bytes, bytes]:
        """What it writes to the pipes of its outputs until its end."""
        errors: list[bytes] = []
        reader = threading.Thread(target=lambda: errors.append(self.stderr.read() if self.stderr else b""))
        reader.start()
        out = self.stdout.read() if self.stdout else b""
        reader.join()
        return out, errors[0]

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Its exit code, or the negative number of the signal that ended it."""
        if self.returncode is None:
            self.returncode = int(self._told.readline())
        return self.returncode


def done(*arguments: object, content: bytes | None = None, **options: object) -> Ended:
    """Let a process run to its end."""
    with Process(*arguments, stdin=None if content is None else PIPE, **options) as process:
        if content is not None:
            process.stdin.write(content)
            process.stdin.close()
        out, err = process.rest()
        return Ended(process.wait(), out, err)


_TURN = threading.Lock()


@functools.cache
def _server() -> socket.socket:
    """The process that others are copied from; it ends when this one does, however it ends."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", "from tests.processes import copy; exec(copy())", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def copy() -> str:
    """Serve, and give in each copy the code that it is to run."""
    import alembic.command  # noqa: F401 - the program loads it late

    import scraper.cli
    import scraper.cli.scraping
    import scraper.jobs.run  # noqa: F401
    from scraper.parse.page import Page
    from scraper.pipeline import read
    from tests.build import VEEVA

    read(Page(VEEVA.encode()))  # what is made when it is first asked for
    gc.collect()
    gc.freeze()  # what is collected in a copy is copied before
    server = socket.socket(fileno=int(sys.argv[1]))
    while True:
        length, numbers, _, _ = socket.recv_fds(server, 4, 4)
        if not length:
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.wait()
            sys.exit()
        told = json.loads(_exactly(server, int.from_bytes(length, "big")))
        keeper = os.fork()
        if keeper:
            for number in numbers:
                os.close(number)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            continue
        server.close()
        *streams, writing = numbers
        program = os.fork()
        if program:
            # Whoever holds the streams keeps their readers waiting.
            for number in streams:
                os.close(number)
            os.write(writing, f"{program}\n".encode())
            status = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
            os.write(writing, f"{status}\n".encode())
            os._exit(0)
        os.close(writing)
        _become(told, streams)
        return told["code"]


def _exactly(server: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        content += server.recv(length - len(content))
    return content


def _become(told, streams: list[int]) -> None:
    """Be a process that has just begun."""
    if told["new_session"]:
        os.setsid()
    for place, number in enumerate(streams):
        os.dup2(number, place)
        os.close(number)
    # Made anew, as Python's start makes them: whether a stream can seek is asked once.
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    sys.argv[:] = told["arguments"]
