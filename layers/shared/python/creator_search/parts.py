"""Container attributes that are built at first use."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class Part(Generic[T]):
    """Decorator for the method that builds a part of a container.

    Like functools.cached_property, but the part is built once even if several threads use it first at the same time,
    because boto3 clients must not be created concurrently. Accessed on the class it returns the Part, with which a
    handler declares its dependencies.
    """

    def __init__(self, build: Callable[[Any], T]) -> None:
        self.build = build
        """Builds a part that the container does not keep."""
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
        """Return this part of the container."""
        parts = container.__dict__
        if self._name not in parts:
            with container.building:
                if self._name not in parts:
                    parts[self._name] = self.build(container)
        found: T = parts[self._name]
        return found

    def is_built(self, container: Any) -> bool:
        return self._name in container.__dict__


class Parts:
    """Base class of containers."""

    def __init__(self) -> None:
        self.building = RLock()

    @classmethod
    def for_tests(cls, **parts: Any) -> Self:
        """Create a container with the given parts. Raises AttributeError for an unknown name."""
        made = cls()
        for name, part in parts.items():
            if not isinstance(getattr(cls, name), Part):
                raise AttributeError(f"{name} is no part of {cls.__name__}")
            made.__dict__[name] = part
        return made
