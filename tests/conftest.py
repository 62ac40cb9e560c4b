"""Which kind of store a test runs on. What is told of grants is told of both: a file, and a server's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import places
import pytest
import remembering

ON_BOTH = ("cases", "cli", "importing", "service", "store")
"""Folders whose tests run on both, unless they say that they are about a file."""

ONCE = {
    *(
        "test_decoding.py",
        "test_help_pages.py",
        "test_meant.py",
        "test_schema_output.py",
        "test_text_layout.py",
    ),
    "test_blank_texts.py",
    *("test_forms.py", "test_malformed_lists.py", "test_workbooks.py", "test_dated_back.py"),
}
"""Files there whose tests are about words, sheets or dates, and would tell nothing new of another store."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each kind of store."""
    if "store_kind" not in metafunc.fixturenames:
        return
    folder = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
    is_about_a_file = (
        metafunc.definition.get_closest_marker("embedded") or "tampered" in metafunc.fixturenames
    )
    if folder == "server":
        metafunc.parametrize("store_kind", places.KINDS[1:], indirect=True, scope="session")
    elif folder in ON_BOTH and metafunc.definition.path.name not in ONCE and not is_about_a_file:
        metafunc.parametrize("store_kind", places.KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def store_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of store that this test's paths stand for."""
    places.Current.kind = getattr(request, "param", "sqlite")
    yield places.Current.kind
    places.Current.kind = "sqlite"


@pytest.fixture(scope="session", autouse=True)
def _remembered_is_what_is_stored() -> Iterator[None]:
    """Whatever any command of any test remembers from the one before is what it would have read."""
    with remembering.compared():
        yield


@pytest.fixture(scope="session", autouse=True)
def _server() -> Iterator[None]:
    yield
    places.left()


@pytest.fixture(autouse=True)
def _databases(store_kind: str) -> Iterator[None]:
    yield
    if store_kind == "postgresql":
        places.drop_those_of_tests()
