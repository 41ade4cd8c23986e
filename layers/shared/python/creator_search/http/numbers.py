"""The form of numbers in queries: Python reads more texts as numbers than other languages do."""

import re
from collections.abc import Mapping
from typing import get_args

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""Of JSON, and .5, which the number fields of browsers send."""


def number_forms(route: APIRoute) -> Mapping[str, re.Pattern[str]]:
    """Return the form of each parameter of a route's query that is a number, by its name."""
    forms = {}
    for field in route.dependant.query_params:
        annotation = field.field_info.annotation
        kinds = get_args(annotation) or (annotation,)
        if int in kinds or float in kinds:
            forms[field.alias] = _WHOLE if int in kinds else _DECIMAL
    return forms


def require_plain_numbers(request: Request, forms: Mapping[str, re.Pattern[str]]) -> None:
    """Raises RequestValidationError for a number in another form, such as 1_0, 5.0 for an integer, or other digits than
    those of ASCII. An empty value is left to the parameter."""
    for name, form in forms.items():
        given = request.query_params.get(name)
        if given and not form.fullmatch(given):
            raise RequestValidationError([{"type": "number_form", "loc": ("query", name), "msg": "must be a number"}])
