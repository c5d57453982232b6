"""Run as follows: BROWNOUT_ORDERS=orders.json locust -f loadtests/observe.py,your_locustfile.py --headless"""

from brownout.load.observe import locust_classes

globals().update(locust_classes())
