"""What posts make up on a status page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.status.incidents import Incident, Post, State, incidents, indicator

SAID = st.sampled_from(["investigating", "identified", "monitoring", "resolved", "postmortem"])
RATED = st.sampled_from([None, "none", "minor", "major", "critical", "maintenance"])
POSTS = st.lists(st.builds(Post, st.integers(0, 10**9).map(float), SAID, RATED), max_size=12)

BEGAN = Post(100.0, "investigating", "major", "Elevated errors")
WATCHED = Post(200.0, "monitoring")
RESOLVED = Post(300.0, "resolved")
AGAIN = Post(400.0, "investigating", "critical")


def test_without_posts_nothing_is_wrong() -> None:
    assert incidents(State()) == ()
    assert indicator(State()) == "none"


def test_posts_make_one_incident_until_it_is_over() -> None:
    first, second = incidents(State((BEGAN, WATCHED, RESOLVED, AGAIN)))

    assert first.posts == (BEGAN, WATCHED, RESOLVED)
    assert second.posts == (AGAIN,)
    assert (first.over, second.over) == (True, False)


def test_a_postmortem_belongs_to_what_it_is_about() -> None:
    told = Post(500.0, "postmortem")

    assert incidents(State((BEGAN, RESOLVED, told))) == (Incident((BEGAN, RESOLVED, told)),)


def test_a_page_stays_as_bad_as_it_was_until_it_is_resolved() -> None:
    assert indicator(State((BEGAN,))) == "major"
    assert indicator(State((BEGAN, WATCHED))) == "major"
    assert indicator(State((BEGAN, WATCHED, RESOLVED))) == "none"
    assert indicator(State((BEGAN, WATCHED, RESOLVED, AGAIN))) == "critical"


def test_what_is_resolved_may_still_be_called_bad() -> None:
    assert indicator(State((BEGAN, Post(300.0, "resolved", "minor")))) == "minor"


def test_an_incident_that_nobody_rated_is_minor() -> None:
    assert indicator(State((WATCHED,))) == "minor"
    assert Incident((WATCHED,)).worst == "minor"


def test_the_worst_is_remembered() -> None:
    incident = Incident((Post(1.0, "investigating", "minor"), Post(2.0, "identified", "critical"), RESOLVED))

    assert incident.worst == "critical"


def test_the_first_post_of_a_kind_is_found() -> None:
    incident = Incident((BEGAN, WATCHED, RESOLVED))

    assert incident.first("monitoring") == 200.0
    assert incident.first("identified") is None


def test_what_is_yet_to_come_is_not_on_the_page() -> None:
    assert State((BEGAN, WATCHED, RESOLVED)).at(200.0) == State((BEGAN, WATCHED))


@given(posts=POSTS)
def test_every_post_is_in_one_incident(posts: list[Post]) -> None:
    found = incidents(State(tuple(posts)))

    assert [post for incident in found for post in incident.posts] == posts
    assert all(incident.over for incident in found[:-1])
