"""Run as follows: BROWNOUT_ORDERS=orders.json locust -f loadtests/journeys.py --headless"""

from brownout.load.journeys import locust_classes

globals().update(locust_classes())
