"""The load: users that Locust drives through an application. Only this package imports Locust."""
