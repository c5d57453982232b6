"""Pages of lists, whichever way a client turns them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects.anthropic.pages import cursor, page

THINGS = [{"id": f"t{number}"} for number in range(5)]


def ids(query: str) -> list[str]:
    return [thing["id"] for thing in page(THINGS, query)["data"]]


def test_the_newest_come_first() -> None:
    assert ids("") == ["t4", "t3", "t2", "t1", "t0"]
    assert page([])["first_id"] is None


def test_a_client_turns_pages_by_the_last_or_first_id_or_by_cursor() -> None:
    assert ids("limit=2") == ["t4", "t3"]
    assert ids("limit=2&after_id=t3") == ids("limit=2&page=page_t3") == ["t2", "t1"]
    assert ids("limit=2&before_id=t1") == ["t3", "t2"]
    assert cursor(page(THINGS, "limit=2"))["next_page"] == "page_t3"
    assert cursor(page(THINGS, "after_id=t3"))["next_page"] is None


@given(query=st.text(max_size=30) | st.text(max_size=8).map(lambda text: f"limit={text}&before_id={text}"))
def test_no_query_is_too_strange(query: str) -> None:
    assert len(page(THINGS, query)["data"]) <= 5
