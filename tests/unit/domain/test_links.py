"""Which published links may be shown."""

import pytest
from creator_search.domain.links import MAX_LINK_BYTES, web_address


@pytest.mark.parametrize(
    "address",
    ["https://ada.example/", "http://ada.example:8080/shop?a=1#b", "HTTPS://ADA.EXAMPLE", "https://[2001:db8::1]/"],
)
def test_http_and_https_addresses_are_kept_as_they_are(address: str) -> None:
    assert web_address(f"  {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "ftp://ada.example/",
        "//ada.example/",
        "ada.example",
        "https:",
        "https:///path",
        "https://ada .example/",
        "https://ada.example/\u2028x",
        "https://[not-an-address/",
        "https://ada.example/" + "a" * MAX_LINK_BYTES,
    ],
)
def test_any_other_address_is_left_out(address: str | None) -> None:
    assert web_address(address) is None
