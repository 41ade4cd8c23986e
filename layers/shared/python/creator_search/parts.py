"""Attributes that are built at first use."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class Part(Generic[T]):
    """A part of a container, as a decorator of the method that builds it.

    Like functools.cached_property, but built once even when several threads use it first at the same time: two boto3
    clients must not be created at once. On the class it is the part itself, by which a handler names what it needs.
    """

    def __init__(self, build: Callable[[Any], T]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, container: None, owner: type) -> "Part[T]": ...

    @overload
    def __get__(self, container: object, owner: type) -> T: ...

    def __get__(self, container: object | None, owner: type) -> "Part[T] | T":
        return self if container is None else self.of(container)

    def of(self, container: Any) -> T:
        """The part of this container."""
        parts = container.__dict__
        if self._name not in parts:
            with container.building:
                if self._name not in parts:
                    parts[self._name] = self._build(container)
        found: T = parts[self._name]
        return found


class Parts:
    """The base of a class with parts."""

    def __init__(self) -> None:
        self.building = RLock()

    @classmethod
    def for_tests(cls, **parts: Any) -> Self:
        """With these parts in place of those that would be built. Raises AttributeError for a name that is no part."""
        made = cls()
        for name, part in parts.items():
            if not isinstance(getattr(cls, name), Part):
                raise AttributeError(f"{name} is no part of {cls.__name__}")
            made.__dict__[name] = part
        return made
