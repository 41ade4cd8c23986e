"""The distribution in front of the console and the API."""

import json
import subprocess
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from creator_search.catalogue import OPERATIONS

from infra.console import security_headers
from infra.toolkit import BIN
from tests.infra.conftest import SITE
from tests.infra.templates import Template, data_file, edge_file, of_type, text


@pytest.fixture(scope="module")
def with_a_site(assemblies: Mapping[str, Path]) -> Path:
    return assemblies["site"]


def read(file: Path) -> Template:
    found: Template = json.loads(file.read_text())
    return found


def distribution(template: Template) -> dict[str, Any]:
    [found] = of_type(template, "AWS::CloudFront::Distribution").values()
    configuration: dict[str, Any] = found["DistributionConfig"]
    return configuration


def run_script(code: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run a CloudFront function with Node; return what it returns."""
    event = json.dumps({"version": "1.0", "request": request})
    program = f"{code}\nconsole.log(JSON.stringify(handler({event})));"
    done = subprocess.run([str(BIN / "node"), "-e", program], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def script(template: Template, behavior: Mapping[str, Any]) -> str:
    """Return the code of the behavior's function."""
    [association] = behavior["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
    name = association["FunctionARN"]["Fn::GetAtt"][0]
    return str(template["Resources"][name]["Properties"]["FunctionCode"])


def test_every_method_of_the_api_has_the_authorizer_which_requires_the_key_of_the_distribution(
    template: Template, assembly: Path
) -> None:
    methods = of_type(template, "AWS::ApiGateway::Method").values()
    assert {method["AuthorizationType"] for method in methods} == {"CUSTOM"}
    edge = read(edge_file(assembly))
    [key] = [
        header
        for origin in distribution(edge)["Origins"]
        for header in origin.get("OriginCustomHeaders", ())
        if header["HeaderName"] == "X-Origin-Key"
    ]
    assert text(key["HeaderValue"]).startswith("{{resolve:secretsmanager:")


def test_the_api_is_never_cached_and_gets_all_headers_but_the_host(assembly: Path) -> None:
    behaviors = {b["PathPattern"]: b for b in distribution(read(edge_file(assembly)))["CacheBehaviors"]}
    assert [o.path for o in OPERATIONS if not any(fnmatch(o.path, pattern) for pattern in behaviors)] == []
    for behavior in behaviors.values():
        # The ids of AWS's policies CachingDisabled and AllViewerExceptHostHeader.
        assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        assert "DELETE" in behavior["AllowedMethods"] and behavior["ViewerProtocolPolicy"] == "https-only"


def test_the_console_has_the_headers_that_the_local_system_sends(assembly: Path) -> None:
    edge = read(edge_file(assembly))
    [policy] = of_type(edge, "AWS::CloudFront::ResponseHeadersPolicy").values()
    configuration = policy["ResponseHeadersPolicyConfig"]
    security = configuration["SecurityHeadersConfig"]
    found = {item["Header"]: item["Value"] for item in configuration["CustomHeadersConfig"]["Items"]}
    found["Content-Security-Policy"] = text(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    found["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    images = found["Content-Security-Policy"].split("img-src 'self' ")[1].split(";")[0]
    assert images.startswith("https://${")
    assert "ContentTypeOptions" in security and security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] > 0
    assert {**found, "X-Content-Type-Options": "nosniff"} == security_headers(images)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "/index.html"),
        ("/creators/nasa", "/index.html"),
        ("/compare", "/index.html"),
        ("/config.json", "/config.json"),
        ("/icon.svg", "/icon.svg"),
        ("/assets/index-abc123.js", "/assets/index-abc123.js"),
        ("/assets/missing", "/assets/missing"),
    ],
)
def test_the_addresses_of_pages_are_served_by_the_one_page(with_a_site: Path, path: str, file: str) -> None:
    edge = read(edge_file(with_a_site))
    code = script(edge, distribution(edge)["DefaultCacheBehavior"])
    assert run_script(code, {"method": "GET", "uri": path, "headers": {}})["uri"] == file


def test_the_address_of_a_creator_whose_name_has_a_dot_is_that_of_a_page(with_a_site: Path) -> None:
    edge = read(edge_file(with_a_site))
    code = script(edge, distribution(edge)["DefaultCacheBehavior"])
    for path in ("/creators/rosa.mori", "/creators/rosa.js"):
        assert run_script(code, {"method": "GET", "uri": path, "headers": {}})["uri"] == "/index.html"


def test_a_preflight_of_the_configured_origin_is_answered_and_others_reach_the_api(with_a_site: Path) -> None:
    edge = read(edge_file(with_a_site))
    code = script(edge, distribution(edge)["CacheBehaviors"][0])

    def ask(method: str, origin: str | None) -> dict[str, Any]:
        headers = {"origin": {"value": origin}} if origin else {}
        return run_script(code, {"method": method, "uri": "/api/me", "headers": headers})

    answer = ask("OPTIONS", "https://app.example.org")
    assert answer["statusCode"] == 204
    assert answer["headers"]["access-control-allow-origin"]["value"] == "https://app.example.org"
    assert "X-Api-Key" in answer["headers"]["access-control-allow-headers"]["value"]
    for method, origin in (("OPTIONS", "https://other.example"), ("OPTIONS", None), ("GET", "https://app.example.org")):
        assert "statusCode" not in ask(method, origin)


def test_without_a_site_no_user_signs_in_by_redirect_and_with_one_only_to_it(assembly: Path, with_a_site: Path) -> None:
    [without] = of_type(read(data_file(assembly)), "AWS::Cognito::UserPoolClient").values()
    assert without["AllowedOAuthFlowsUserPoolClient"] is False and "CallbackURLs" not in without
    [client] = of_type(read(data_file(with_a_site)), "AWS::Cognito::UserPoolClient").values()
    assert client["AllowedOAuthFlows"] == ["code"] and client["CallbackURLs"] == [f"{SITE}/signed-in"]
    assert client["LogoutURLs"] == [f"{SITE}/signed-out"]
    assert client.get("GenerateSecret", False) is False
    assert distribution(read(edge_file(with_a_site)))["Aliases"] == ["search.example.org"]


def test_production_has_a_web_acl_with_a_limit_by_address_and_other_stages_have_none(
    assemblies: Mapping[str, Path],
) -> None:
    [file] = assemblies["production"].glob("*-web-acl.template.json")
    [acl] = of_type(read(file), "AWS::WAFv2::WebACL").values()
    assert acl["Scope"] == "CLOUDFRONT" and "RateBasedStatement" in acl["Rules"][0]["Statement"]
    assert "WebACLId" in distribution(read(edge_file(assemblies["production"])))
    assert not list(assemblies["dev"].glob("*-web-acl.template.json"))
    assert "WebACLId" not in distribution(read(edge_file(assemblies["dev"])))


def test_a_deployment_of_the_edge_deploys_the_api_the_workers_and_the_data(assembly: Path) -> None:
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    [edge] = [name for name in artifacts if name.endswith("-edge")]
    stage = edge.removesuffix("-edge")
    wanted, found = [edge], set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += artifacts.get(name, {}).get("dependencies", ())
    assert {stage, f"{stage}-workers", f"{stage}-data", "CreatorSearch-region"} <= found


def test_the_web_acl_is_in_us_east_1_wherever_the_service_is(assemblies: Mapping[str, Path]) -> None:
    artifacts = json.loads((assemblies["elsewhere"] / "manifest.json").read_text())["artifacts"]
    assert artifacts["CreatorSearch-production-web-acl"]["environment"] == "aws://111111111111/us-east-1"
    assert artifacts["CreatorSearch-production-edge"]["environment"] == "aws://111111111111/eu-west-1"
