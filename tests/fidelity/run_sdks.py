"""Trying every case with every official Python SDK: what its caller gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fidelity.cases import CASES, HEALTHY, Case
from fidelity.sdks import SDKS, SHORT, TIMEOUT, Try, comes_out
from support.proxies import ProxyProcess

from brownout.faults import FAULTS
from brownout.services import fits

AT_ONCE = 6


@dataclass(frozen=True)
class SdkCell:
    """One case with one SDK."""

    case: Case
    sdk: str
    stream: bool

    @property
    def patience(self) -> float:
        """Seconds that the SDK waits."""
        return SHORT if self.case.silent else TIMEOUT


def sdk_cells(cases: Iterable[Case] = (HEALTHY, *CASES), sdks: Iterable[str] = tuple(SDKS)) -> list[SdkCell]:
    """Every cell of these that exists. SDKs speak HTTP/1.1 here, and offer no tools."""
    return [
        SdkCell(case, sdk, stream)
        for case in cases
        for sdk in sdks
        for stream in (False, True)
        if case.claim(SDKS[sdk][0], stream, "http") is not None
        and case.fault != "wrong_tool_call"
        and (case is HEALTHY or fits(SDKS[sdk][0], FAULTS[case.fault].services))
    ]


def try_all(
    proxy: ProxyProcess, chosen: Sequence[SdkCell], done: Callable[[], None] = lambda: None
) -> dict[SdkCell, str]:
    """What came out of each; ``done`` is called after each."""

    def one(cell: SdkCell) -> str:
        said = comes_out(cell.sdk, Try(proxy.url, cell.case.key, cell.stream, cell.patience))
        done()
        return said

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(chosen, threads.map(one, chosen), strict=True))
