"""Evaluates the part of CloudWatch's metric math that the alarms use, for one period; None is a missing value.

The AWS stand-in evaluates no expressions.
"""

import ast
import operator
from collections.abc import Callable, Mapping

_Value = float | None
_OPERATORS: Mapping[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def evaluate(expression: str, values: Mapping[str, _Value]) -> _Value:
    """Raises ValueError for syntax that it does not know, KeyError for an unknown id."""
    return _value(ast.parse(expression, mode="eval").body, values)


def _value(node: ast.AST, values: Mapping[str, _Value]) -> _Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=kind, right=right) | ast.Compare(left=left, ops=[kind], comparators=[right]):
            a, b = _value(left, values), _value(right, values)
            if a is None or b is None or (isinstance(kind, ast.Div) and b == 0):
                return None
            return float(_OPERATORS[type(kind)](a, b))
        case ast.Call(func=ast.Name(id="FILL"), args=[series, filling]):
            found = _value(series, values)
            return _value(filling, values) if found is None else found
        case ast.Call(func=ast.Name(id="IF"), args=[condition, if_true, if_false]):
            holds = _value(condition, values)
            return None if holds is None else _value(if_true if holds else if_false, values)
    raise ValueError(f"unknown metric math: {ast.dump(node)}")
