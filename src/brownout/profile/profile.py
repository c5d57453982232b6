"""The app profile, ``brownout.yaml``: how to start, reach and drive an application, and what is expected of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, PrivateAttr, WithJsonSchema, model_validator

from brownout.config.model import LONGEST_NAME, ErrorAt, Frozen, Seconds
from brownout.expect import AnyExpect, Breaker, Confidence, Cost, Expectation, Margin, Prices, Sampled
from brownout.profile.application import Load, Start
from brownout.profile.journeys import Journey
from brownout.profile.safety import Abort
from brownout.receiver import Receiver
from brownout.rule import Platforms, check_service
from brownout.tool_use import Standin
from brownout.tunnel import Tunnel, hosts_of

MOST_STEPS = 1_000
"""Of all journeys together."""


class Profile(Frozen):
    """One application under test."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    start: Start | None = None
    url: str | None = None
    """Where the application is, or will be after ``start``; ``http://127.0.0.1:{port}`` by default."""
    connect: Literal["intercept", "base_url"] = "base_url"
    """How it reaches the platform: through HTTPS_PROXY and the drill's CA, or by base URL."""
    platforms: Platforms = Field(default_factory=dict)
    """More platforms that speak OpenAI's grammar, by the base URL that their clients use."""
    journeys: dict[str, Journey] = Field(default_factory=dict)
    webhooks: dict[Literal["openai", "whatsapp"], Receiver] = Field(default_factory=dict)
    """Where the application takes webhooks, by platform: the stand-in sends them there."""
    locustfile: str | None = None
    """Your own Locust file instead of journeys; relative to the profile."""
    load: Load = Load()
    expect: tuple[Expectation, ...] = ()
    confidence: Confidence | None = None
    """How sure a verdict on a share or a quantile has to be; each expectation may say so for itself. 95% by default."""
    margin: Margin | None = None
    """How far below an objective the truth may be where it held, likewise. 10% by default."""
    prices: Prices = Field(default_factory=dict)
    """US dollars for a million tokens, by model: before the list prices that brownout knows."""
    upstream: Literal["stand-in", "real"] = "stand-in"
    budget: int | None = Field(default=None, ge=1)
    """With ``upstream: real``: at most so many calls leave for the real platform."""
    tunnel: Tunnel = "any"
    """Hosts that are no platform's, which the application may reach through the drill: any, none, or these globs."""
    abort: Abort | None = None
    """When the drill is to end at once, whatever it was to show."""
    max_active_faults: int | None = Field(default=None, ge=1)
    """At most so many calls are struck at the same time; what is selected beyond that is passed through."""
    standin: Standin = Standin()
    """How the stand-in answers healthy calls."""
    trace: Annotated[bool, WithJsonSchema({"enum": [True, False, "on", "off"]})] = True
    """Requests of journeys carry ``traceparent`` and ``baggage``: so calls are known that lost the user's words."""
    settle: Seconds = 3.0
    """Real seconds after the timeline in which late calls are still attributed."""

    _file: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _is_of_a_size_that_can_be_meant(self) -> Self:
        for name in self.journeys:
            if not name or len(name) > LONGEST_NAME:
                text = f"the name of a journey has 1 to {LONGEST_NAME} characters, not {len(name):,}"
                raise ErrorAt(("journeys", name), text)
        steps = sum(len(journey.steps) for journey in self.journeys.values())
        if steps > MOST_STEPS:
            raise ErrorAt(("journeys",), f"journeys have {steps:,} steps in all; at most {MOST_STEPS:,} are allowed")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.start is None and self.url is None:
            raise ValueError("start or url is needed: how to start the application, or where a running one is")
        if not self.journeys and self.locustfile is None:
            raise ValueError("journeys or locustfile is needed: what users do")
        if self.upstream == "real" and self.budget is None:
            raise ValueError("upstream: real needs a budget: the number of calls that may leave for the real platform")
        if self.abort is not None and self.abort.budget and self.budget is None:
            raise ValueError("abort.budget is about the calls that leave for the real platform; it needs budget")
        if self.upstream == "real" and self.standin != Standin():
            raise ValueError("standin: says how the stand-in answers, and with upstream: real nobody asks it")
        others = [
            name
            for name, receiver in self.webhooks.items()
            if name != "whatsapp" and (receiver.phone_number_id or receiver.account_id)
        ]
        if others:
            raise ValueError(f"webhooks: phone_number_id and account_id are WhatsApp's, and not of {others[0]}")
        chats = next((name for name, journey in self.journeys.items() if journey.chats), None)
        if chats is not None and (self.upstream == "real" or "whatsapp" not in self.webhooks):
            raise ValueError(
                f"journey {chats} writes on WhatsApp, and only the stand-in carries that to the application: it needs "
                "webhooks: {whatsapp: …} and upstream: stand-in"
            )
        return self

    @model_validator(mode="after")
    def _services_are_known(self) -> Self:
        for number, each in enumerate(self.expect):
            for key in ("primary", "fallback") if isinstance(each, Breaker) else ():
                if (name := getattr(each, key)) is not None:
                    try:
                        check_service(self.platforms, name)
                    except ValueError as error:
                        raise ErrorAt(("expect", number, key), str(error)) from None
        return self

    @property
    def expected(self) -> tuple[AnyExpect, ...]:
        """What is expected, each with how sure its verdict has to be, and with the prices that it goes by."""
        return tuple(self._complete_with(each) if isinstance(each, Sampled) else each for each in self.expect)

    def _complete_with(self, each: Sampled) -> AnyExpect:
        own = {"confidence": self.confidence, "margin": self.margin}
        update: dict[str, Any] = {name: value for name, value in own.items() if getattr(each, name) is None}
        if isinstance(each, Cost):
            update["prices"] = {**self.prices, **each.prices}
        return cast(AnyExpect, each.model_copy(update=update))

    @property
    def tunnelled(self) -> tuple[str, ...]:
        """Globs of the hosts that are no platform's and may be reached through the drill."""
        return hosts_of(self.tunnel)

    @property
    def folder(self) -> Path:
        """Paths in the profile are relative to this."""
        return self._file.parent if self._file else Path()
