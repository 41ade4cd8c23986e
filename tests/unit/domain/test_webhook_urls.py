"""Which URLs a webhook may have."""

import ipaddress

import pytest
from creator_search.domain.addresses import AllowList, is_public
from creator_search.domain.errors import InvalidParameter
from creator_search.domain.webhook_urls import parse_webhook_url

NOBODY = AllowList(())


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "hooks.example/x",
        "//hooks.example/x",
        "",
        "https://",
        "https://user@hooks.example/",
        "https://user:password@hooks.example/",
        "https://:password@hooks.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://192.168.1.1:8443/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/",
        "https://localhost/",
        "https://LOCALHOST:8443/",
        "https://localhost./",
        "https://api.localhost/",
        "https://1.2.3.4.5/",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example/a b",
        "https://hooks.example/\n",
        "https://hooks.example:99999/",
        "https://hooks.example:0/",
        "https://hooks.example/" + "x" * 2000,
    ],
)
def test_a_url_that_must_not_be_called_is_refused_and_the_parameter_is_named(url: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^url: must "):
        parse_webhook_url(url, NOBODY)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://hooks.example/x?y=1", "https://hooks.example/x?y=1"),
        ("HTTPS://Hooks.Example:443", "https://hooks.example/"),
        ("https://hooks.example:8443/#part", "https://hooks.example:8443/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://localhost.example/", "https://localhost.example/"),
    ],
)
def test_a_public_https_url_is_kept_in_its_normal_form(url: str, normal: str) -> None:
    assert parse_webhook_url(url, NOBODY).text == normal


@pytest.mark.parametrize(
    ("entry", "url", "is_admitted"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000/x", True),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/x", True),
        ("127.0.0.1:9000", "http://127.0.0.1:9001/x", False),
        ("localhost:9000", "http://localhost:9000/x", True),
        ("hooks.internal", "https://hooks.internal:8443/x", True),
        ("hooks.internal", "http://hooks.internal.evil.example/x", False),
        ("[::1]:9000", "http://[::1]:9000/", True),
        ("127.0.0.1", "http://127.0.0.2/", False),
    ],
)
def test_the_allow_list_admits_private_hosts_and_plain_http(entry: str, url: str, is_admitted: bool) -> None:
    allow = AllowList((entry,))
    if is_admitted:
        assert parse_webhook_url(url, allow).is_trusted
    else:
        with pytest.raises(InvalidParameter):
            parse_webhook_url(url, allow)


def test_the_allow_list_admits_neither_user_names_nor_other_schemes() -> None:
    for url in ("http://user@127.0.0.1:9000/", "ftp://127.0.0.1:9000/"):
        with pytest.raises(InvalidParameter):
            parse_webhook_url(url, AllowList(("127.0.0.1",)))


def test_an_address_that_stands_for_a_private_one_is_not_public() -> None:
    for text in ("::ffff:0:7f00:1", "::ffff:0:808:808", "3fff::1", "5f00::1"):
        assert not is_public(ipaddress.ip_address(text)), text
    for text in ("::7f00:1", "64:ff9b::a00:1", "64:ff9b::808:808", "::ffff:7f00:1", "2002:a00:1::", "192.88.99.1"):
        assert not is_public(ipaddress.ip_address(text)), text
    for text in ("8.8.8.8", "2606:4700::1111"):
        assert is_public(ipaddress.ip_address(text)), text


def test_a_name_without_a_port_in_its_entry_is_admitted_on_the_usual_port_only() -> None:
    allow = AllowList(("cdn.example", "*.net.example", "other.example:8443", "127.0.0.1"), port_of_names=443)
    assert allow.admits("cdn.example", 443) and not allow.admits("cdn.example", 8080)
    assert allow.admits("a.net.example", 443) and not allow.admits("a.net.example", 22)
    assert allow.admits("other.example", 8443) and not allow.admits("other.example", 443)
    assert allow.admits("127.0.0.1", 9000)
