"""Command lines whose outputs are terminals, files or pipes, in the process of the tests."""

import contextlib
import fcntl
import io
import os
import pty
import struct
import sys
import termios
import threading
from typing import NamedTuple

import pyte
import pytest

from scraper.cli import main
from scraper.console.visible import visible

LINES = 400
"""Lines of a screen: enough that nothing is scrolled away."""


class Printed(NamedTuple):
    code: int
    out: bytes
    err: bytes

    def screen(self, columns):
        """What a person sees of standard error at the end, line by line."""
        screen = pyte.Screen(columns, LINES)
        pyte.ByteStream(screen).feed(self.err)
        return [line.rstrip() for line in screen.display if line.strip()]


class _Output:
    """Where a stream goes; `bytes` is what has arrived when it is closed."""

    def __init__(self, kind, columns, folder):
        self._arrived = bytearray()
        self._kind = kind
        if kind == "terminal":
            self._reading, writing = pty.openpty()
            fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
        elif kind == "pipe":
            self._reading, writing = os.pipe()
        else:
            file = folder / f"output-{os.urandom(4).hex()}"
            self._reading, writing = os.open(file, os.O_RDONLY | os.O_CREAT), os.open(file, os.O_WRONLY)
        self.stream = io.TextIOWrapper(
            io.BufferedWriter(io.FileIO(writing, "w")), encoding="utf-8", line_buffering=kind == "terminal"
        )
        self._reader = threading.Thread(target=self._read)
        if kind != "file":
            self._reader.start()

    def bytes(self):
        self.stream.close()
        if self._kind == "file":
            self._read()
        else:
            self._reader.join()
        os.close(self._reading)
        return bytes(self._arrived)

    def _read(self):
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while some := os.read(self._reading, 65536):
                self._arrived += some


def printed(arguments, *, out="pipe", err="terminal", columns=80, folder=None, environment=None):
    """Run a command line; what it prints on a standard output and a standard error of these kinds.

    Both can be the same terminal: `err="out"`; all is in `err` then.
    """
    outputs = (
        [_Output(out, columns, folder)] if err == "out" else [_Output(kind, columns, folder) for kind in (out, err)]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["trialpages", *map(str, arguments)])
        patch.setattr(sys, "stdout", outputs[0].stream)
        patch.setattr(sys, "stderr", outputs[-1].stream)
        patch.setattr(sys, "stdin", io.StringIO())
        for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        for name, value in {"TERM": "xterm-256color", **(environment or {})}.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    arrived = [output.bytes() for output in outputs]
    return Printed(ended.value.code or 0, arrived[0], arrived[-1])


def hidden(text):
    """The characters of a text, but for the ends of its lines, that a terminal obeys or a person cannot see."""
    return {sign for sign in set(text.replace("\r\n", "\n")) if sign != "\n" and visible(sign) != sign}
