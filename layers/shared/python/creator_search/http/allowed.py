"""The allowed values of an invalid parameter or field, for its error message."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic_core.core_schema import ErrorType

_UNSAID = frozenset(get_args(ErrorType)) - {"value_error", "assertion_error", "decimal_max_places"}
"""The types of errors whose text states only the violation. The texts of our own validators state the allowed
values."""


def allowed_parameter(request: Request, name: str) -> str | None:
    """Return the allowed values of a parameter, from the handler's signature."""
    found = _dependant(request)
    for field in (*found.query_params, *found.path_params) if found else ():
        if field.alias != name:
            continue
        info = field.field_info
        limits = {k: v for rule in info.metadata for k in ("ge", "le") if (v := getattr(rule, k, None)) is not None}
        kinds = get_args(info.annotation) or (info.annotation,)
        if bool in kinds:
            return "must be true or false"
        if len(limits) == 2 and (int in kinds or float in kinds):
            number = "an integer" if int in kinds else "a number"
            return f"must be {number} from {limits['ge']} to {limits['le']}"
        description: str | None = info.description
        return description
    return None


def allowed_field(request: Request, where: Sequence[str | int], error_type: str) -> str | None:
    """Return the allowed values of a field of the body, from the schema of its model. None if the text of the error
    states them."""
    found = _dependant(request)
    if error_type not in _UNSAID or found is None or len(found.body_params) != 1:
        return None
    if error_type == "extra_forbidden":
        return "is not a field of this request"
    root = _schema(found.body_params[0].field_info.annotation)
    schema = root
    for step in where:
        schema = _plain(schema, root)
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
    allowed = _text(_plain(schema, root))
    return f"is required, and {allowed}" if allowed and error_type == "missing" else allowed


def _dependant(request: Request) -> Any:
    route = request.scope.get("route")
    return route.dependant if isinstance(route, APIRoute) else None


@functools.cache
def _schema(annotation: Any) -> Mapping[str, Any]:
    return TypeAdapter(annotation).json_schema()


def _plain(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference. Of several types, take the first that is not null: a number, rather than its text form."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if kinds:
        return _plain(kinds[0], root)
    if "$ref" in schema:
        found: Mapping[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _text(schema: Mapping[str, Any]) -> str | None:
    if str(schema.get("description")).startswith("must be "):  # as the descriptions of parameters with a pattern
        return str(schema["description"])
    if "enum" in schema:
        return f"must be one of {', '.join(map(str, schema['enum']))}"
    match schema.get("type"):
        case "boolean":
            return "must be true or false"
        case "array":
            return f"must be a list{_between(' of', schema, 'minItems', 'maxItems', ' entries')}"
        case "integer":
            return f"must be an integer{_between(' from', schema, 'minimum', 'maximum')}"
        case "number":
            return f"must be a number{_between(' from', schema, 'minimum', 'maximum')}"
        case "string" if "pattern" in schema:
            return f"must be a text that matches {schema['pattern']}"
        case "string" if schema.get("format") == "date":
            return "must be a date, such as 2026-01-31"
        case "string":
            return f"must be a text{_between(' of', schema, 'minLength', 'maxLength', ' characters')}"
    return None


def _between(before: str, schema: Mapping[str, Any], least: str, most: str, what: str = "") -> str:
    return f"{before} {schema.get(least, 0):.0f} to {schema[most]:.0f}{what}" if most in schema else ""
