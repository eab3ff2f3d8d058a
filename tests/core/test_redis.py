"""The process's one Redis client."""

from django.apps import apps

from aiadmin.core import redis as store


def test_client_is_made_before_threads_could_make_one_each() -> None:
    store.client.cache_clear()

    apps.get_app_config("core").ready()

    assert store.client.cache_info().currsize == 1
