"""Regular expressions of a profile, in bounded time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from brownout.load.patterns import LONGEST, MOST, SearchTooSlow, capture, search

WITHOUT_END = r"(a+)+$"


def test_it_looks_in_any_case_and_at_the_end_of_each_line() -> None:
    assert search(r"^\[interrupted\]$", "Air scatters\n[Interrupted]\n") == "[Interrupted]"
    assert search("interrupted", "Air scatters") is None


def test_a_group_is_captured_and_without_one_all_that_matched() -> None:
    assert capture(r"^by (\S+)", "Air scatters\nBy m-2 for 12 tokens") == "m-2"
    assert capture(r"m-\d", "by m-2") == "m-2"
    assert capture(r"by (x)?m", "by m") is None
    assert capture("by", "Air scatters") is None


def test_one_that_backtracks_without_end_is_ended_and_named() -> None:
    began = time.process_time()

    with pytest.raises(SearchTooSlow, match=r"the regular expression '\(a\+\)\+\$' took more than 0.5 s"):
        search(WITHOUT_END, "a" * 60 + "b")

    assert time.process_time() - began < 3 * LONGEST


def test_a_long_one_is_named_by_its_beginning_as_it_is_written() -> None:
    with pytest.raises(SearchTooSlow) as caught:
        search(r"(\w+)+#" + "x" * 100, "w" * 200)

    assert str(caught.value).startswith(r"the regular expression '(\w+)+#xxx")
    assert "xx…' took more than 0.5 s over 200 characters" in str(caught.value)


def test_one_that_was_too_slow_costs_nobody_as_much_again() -> None:
    began = time.process_time()

    for _ in range(20):
        with pytest.raises(SearchTooSlow, match=r"took more than 0\.5 s"):
            search(r"(b+)+$", "b" * 60 + "c")

    assert time.process_time() - began < 3 * LONGEST


def test_afterwards_no_timer_is_left_and_no_handler() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    search("a", "a")

    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is before


def test_the_end_of_a_long_text_is_what_counts() -> None:
    assert search("first", "first" + "x" * MOST) is None
    assert search("last", "x" * MOST + "last") == "last"


def test_another_thread_searches_as_well() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(search, "a", "b a").result() == "a"


def test_it_is_ended_in_a_greenlet_too_as_users_are() -> None:
    code = f"""
from gevent import monkey
monkey.patch_all()
import gevent
from brownout.load.patterns import SearchTooSlow, search

def user():
    try:
        search({WITHOUT_END!r}, "a" * 60 + "b")
    except SearchTooSlow:
        return "ended"

greenlet = gevent.spawn(user)
greenlet.join()
print(greenlet.value)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "ended"
