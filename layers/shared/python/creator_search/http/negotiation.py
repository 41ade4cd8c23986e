"""The choice between JSON and another media type by the Accept header."""

_JSON = "application/json"


def prefers(accept: str, media_type: str) -> bool:
    """Whether the header asks for `media_type` rather than for JSON: it is named with a higher quality, or with the
    same one and earlier. Wildcards mean JSON."""
    named: dict[str, tuple[float, int]] = {}
    for position, entry in enumerate(accept.lower().split(",")):
        name, *parameters = (part.strip() for part in entry.split(";"))
        named.setdefault(name, (_quality(parameters), -position))
    quality, position = named.get(media_type, (0.0, 0))
    return quality > 0 and (quality, position) > named.get(_JSON, (0.0, 0))


def _quality(parameters: list[str]) -> float:
    given = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 1.0
