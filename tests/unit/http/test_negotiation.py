import pytest
from creator_search.http import prefers

PROMETHEUS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


@pytest.mark.parametrize(
    ("accept", "media_type", "is_preferred"),
    [
        ("text/event-stream", "text/event-stream", True),
        ("Text/Event-Stream;q=0.5", "text/event-stream", True),
        ("text/event-stream, application/json", "text/event-stream", True),
        ("text/event-stream, application/json;q=0.9", "text/event-stream", True),
        (PROMETHEUS, "text/plain", True),
        ("text/plain;q=high", "text/plain", True),
        ("application/json, text/event-stream", "text/event-stream", False),
        ("application/json, text/event-stream;q=0.1", "text/event-stream", False),
        ("text/event-stream;q=0.1, application/json", "text/event-stream", False),
        ("text/event-stream;q=0", "text/event-stream", False),
        ("application/json, text/plain, */*", "text/plain", False),
        ("text/*, */*", "text/plain", False),
        ("", "text/plain", False),
    ],
)
def test_another_media_type_is_used_if_it_is_asked_for_rather_than_json(
    accept: str, media_type: str, is_preferred: bool
) -> None:
    assert prefers(accept, media_type) is is_preferred
