"""Rules that the import contracts cannot express: an allow-list, and that the contracts cover every function."""

from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]


def test_the_domain_imports_a_few_packages_of_the_standard_library_and_pydantic_only() -> None:
    graph = grimp.build_graph("creator_search", include_external_packages=True, cache_dir=None)
    domain = "creator_search.domain"
    modules = {domain, *graph.find_descendants(domain)}
    imported = {name for module in modules for name in graph.find_modules_directly_imported_by(module)} - modules
    assert {name.split(".")[0] for name in imported} <= {
        *(
            "array",
            "bisect",
            "collections",
            "csv",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
            "functools",
            "hashlib",
            "hmac",
        ),
        *("io", "ipaddress", "itertools", "json", "math", "pydantic", "pydantic_core", "re", "statistics", "typing"),
        *("unicodedata", "urllib"),
    }


def test_every_folder_of_a_function_is_a_package_because_the_rules_see_packages_only() -> None:
    folders = {path.parent for path in (ROOT / "functions").rglob("*.py")}
    assert [folder.name for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
