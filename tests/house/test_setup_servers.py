"""The embedded servers, as every test meets them."""

from django.core.cache import cache
from django.db import connection


def test_the_database_speaks_utf8_and_orders_by_code_point(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)
        cursor.execute("SELECT upper('élu')")
        assert cursor.fetchone() == ("ÉLU",)


def test_the_cache_keeps_what_it_is_given():
    cache.set("mairie", "Saint-Aubin", 60)
    assert cache.get("mairie") == "Saint-Aubin"
