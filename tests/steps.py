"""Every step of the program, so that a test can let each of them raise anything."""

import functools
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from enum import Enum
from importlib import import_module
from types import FunctionType, ModuleType

import pydantic

import normalizers
import scraper

TRIAL: ContextVar[str] = ContextVar("TRIAL", default="")
"""The trial that is being visited."""


class Steps:
    """All functions and methods of the program, each of which raises once while a trial is visited.

    A visit raises at the first step that it comes by and that has not raised yet, and at no other: so with enough
    trials each step raises, in the order in which visits come by them, for a trial of its own.

    Args:
        patch: pytest's, for as long as the steps are to raise.
        is_left_out: whether a step never raises, by its name.
        make: what a step raises, by its name.
    """

    def __init__(self, patch, is_left_out: Callable[[str], bool], make: Callable[[str], Exception]) -> None:
        self.make = make
        self.raised: dict[str, str] = {}
        """By step: the trial."""
        self.errors: dict[str, Exception] = {}
        """By trial: what was raised; to be cleared before its next visit may raise."""
        watched: dict[FunctionType, Callable[..., object]] = {}
        modules = list(_modules())
        for owner in (*modules, *(kind for module in modules for kind in _classes(module))):
            for name, value in list(vars(owner).items()):
                function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
                if not isinstance(function, FunctionType) or name.startswith("__"):
                    continue
                step = f"{function.__module__}.{function.__qualname__}"
                of_ours = step.startswith(("scraper.", "normalizers.")) and not is_left_out(step)
                if not of_ours or function.__code__.co_filename.startswith("<"):  # as the methods of a NamedTuple
                    continue
                wrapper = watched.setdefault(function, self._watched(function, step))
                patch.setattr(owner, name, type(value)(wrapper) if function is not value else wrapper)

    def _come_by(self, step: str) -> None:
        trial = TRIAL.get()
        if trial and trial not in self.errors and step not in self.raised:
            self.raised[step] = trial
            self.errors[trial] = self.make(step)
            raise self.errors[trial]

    def _watched(self, function: FunctionType, step: str) -> Callable[..., object]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapper(*args, **kwargs):
                self._come_by(step)
                return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                self._come_by(step)
                return function(*args, **kwargs)

        return wrapper


def _modules() -> Iterator[ModuleType]:
    for package in (scraper, normalizers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in found.name:
                yield import_module(found.name)


def _classes(module: ModuleType) -> Iterator[type]:
    for kind in vars(module).values():
        if (
            isinstance(kind, type)
            and kind.__module__ == module.__name__
            and not issubclass(kind, pydantic.BaseModel | Enum | Exception)
        ):
            yield kind
