"""A mitmproxy with nothing in it but what an edge needs: five addons, and hooks that are looked up once."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

from mitmproxy import exceptions, hooks, options
from mitmproxy.addonmanager import AddonManager
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master

from brownout.orders import ProxyOrders
from brownout.proxy.addon import Inject
from brownout.proxy.settings import ALWAYS, host_patterns
from brownout.services import Catalogue

logger = logging.getLogger("brownout.proxy")


class QuickAddons(AddonManager):
    """Calls an event's handlers from a table, instead of searching all addons for it each time."""

    def __init__(self, master: Master) -> None:
        super().__init__(master)
        self._table: dict[str, list[Callable[..., Any]]] = {}

    def register(self, addon: Any) -> Any:
        """Add an addon; who handles what is looked up anew."""
        self._table = {}
        return super().register(addon)

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        """As mitmproxy's, without the update event: no view is there to redraw."""
        await self.trigger_event(event)

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Call every handler of an event, in the order of the addons. A handler that fails is logged."""
        handlers = self._table.get(event.name)
        if handlers is None:
            methods = [getattr(addon, event.name, None) for addon in self.chain]
            handlers = self._table[event.name] = [handler for handler in methods if callable(handler)]
        for handler in handlers:
            try:
                result = handler(*event.args())
                if inspect.isawaitable(result):
                    await result
            except exceptions.AddonHalt:
                return
            except (SystemExit, exceptions.OptionsError):
                raise
            except Exception:  # as in mitmproxy: an addon must not bring the proxy down
                logger.exception("a handler of %s failed", event.name)


def settings(orders: ProxyOrders, catalogue: Catalogue) -> dict[str, Any]:
    """Mitmproxy's options: never call the platform before it is needed, intercept AI hosts only."""
    return {
        "mode": ["regular"],
        "listen_host": orders.host,
        "listen_port": orders.port,
        "confdir": str(orders.confdir),
        **ALWAYS,
        "allow_hosts": host_patterns(catalogue),
        "show_ignored_hosts": False,
    }


class LeanMaster(Master):
    """Proxy server, protocol choice, TLS, and the addon."""

    def __init__(self, orders: ProxyOrders) -> None:
        super().__init__(options.Options(), event_loop=asyncio.get_running_loop())
        self.addons = QuickAddons(self)
        self.inject = Inject(orders, lean=True)
        self.proxyserver = proxyserver.Proxyserver()
        self.addons.add(core.Core(), self.inject, self.proxyserver, next_layer.NextLayer(), tlsconfig.TlsConfig())
        self.options.update(**settings(orders, self.inject.ledger.scenario.catalogue))

    @property
    def port(self) -> int:
        """The port that the proxy listens on, once it does."""
        return int(self.proxyserver.listen_addrs()[0][1])

    async def close(self) -> None:
        """Close the listeners, which mitmproxy leaves open."""
        await self.proxyserver.servers.update([])
