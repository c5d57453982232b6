"""Run as follows: mitmproxy -s proxy_addons/inject.py --set brownout_orders=orders.json --set connection_strategy=lazy

'brownout proxy --ui console' does just that, and writes the orders.
"""

from brownout.proxy.addon import Inject

addons = [Inject()]
