"""The documentation refers to what exists."""

import re
from pathlib import Path

import pytest
from creator_search.catalogue import DEPLOYED_SETTINGS, PROVIDERS
from creator_search.config import Config

from infra.toolkit import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
NAMED = re.compile(r"\bdocs/(?:decisions/\d{4}|[\w-]+\.md)")
"""A page that is named in a comment or in a text; a decision by its number."""
SOURCES = [
    file for part in ("layers", "functions", "clients", "infra", "model_export") for file in (ROOT / part).rglob("*.py")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_to_files(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


def test_pages_that_the_code_names_exist() -> None:
    named = {(file, page) for file in SOURCES for page in NAMED.findall(file.read_text())}
    assert named
    assert [(str(file), page) for file, page in named if not list(ROOT.glob(f"{page}*"))] == []


def test_a_deployment_passes_every_setting_that_the_runbook_changes() -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", (ROOT / "docs/operations.md").read_text()))
    settings = {name.upper() for name in Config.model_fields} & named
    assert settings
    assert settings - {provider.key for provider in PROVIDERS} <= set(DEPLOYED_SETTINGS)


def test_every_setting_of_a_deployment_is_documented() -> None:
    text = (ROOT / "docs/configuration.md").read_text()
    assert [name for name in DEPLOYED_SETTINGS if f"`{name}`" not in text] == []


def test_the_index_lists_every_decision_with_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    titles = {page.name: page.read_text().splitlines()[0] for page in folder.glob("0*.md")}
    rows = re.findall(r"\| \[(\d+)\]\(([\w.-]+)\) \| (.+) \|", (folder / "README.md").read_text())
    assert {name: f"# {number}. {title}" for number, name, title in rows} == titles
