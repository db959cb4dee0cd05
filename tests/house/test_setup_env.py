"""The readers of the environment refuse what they do not understand."""

from pathlib import Path

import pytest

from config.lib.env import BadEnvironment, Environment


def read(**variables: str) -> Environment:
    return Environment(variables)


def test_an_empty_variable_counts_as_not_set():
    assert read(EMAIL_HOST=" ").text("EMAIL_HOST", "localhost") == "localhost"


def test_a_required_variable_is_named_in_the_refusal():
    with pytest.raises(BadEnvironment, match="SECRET_KEY is required"):
        read().text("SECRET_KEY")


@pytest.mark.parametrize(("word", "meaning"), [("oui", True), ("1", True), ("NO", False)])
def test_a_flag_reads_yes_and_no(word, meaning):
    assert read(DEBUG=word).flag("DEBUG", default=not meaning) is meaning


@pytest.mark.parametrize("word", ["maybe", "2", "vrai?"])
def test_a_flag_refuses_other_words(word):
    with pytest.raises(BadEnvironment, match="DEBUG must be yes or no"):
        read(DEBUG=word).flag("DEBUG", default=False)


@pytest.mark.parametrize("value", ["12a", "1.5", "-1", "70000"])
def test_a_port_out_of_bounds_is_refused(value):
    with pytest.raises(BadEnvironment, match="EMAIL_PORT"):
        read(EMAIL_PORT=value).integer("EMAIL_PORT", 25, at_least=1, at_most=65535)


@pytest.mark.parametrize(
    "value",
    ["parvis.fr", "ftp://parvis.fr", "https://", "https://parvis.fr/mairie", "https://a@parvis.fr"],
)
def test_a_site_address_is_a_scheme_and_a_host(value):
    with pytest.raises(BadEnvironment, match="SITE_ADDRESS"):
        read(SITE_ADDRESS=value).site("SITE_ADDRESS", "")


def test_a_site_address_loses_its_last_slash():
    assert read(SITE_ADDRESS="https://parvis.fr/").site("SITE_ADDRESS", "") == "https://parvis.fr"


def test_a_relative_storage_folder_is_refused():
    with pytest.raises(BadEnvironment, match="absolute path"):
        read(PARVIS_STORAGE_DIR="files").folder("PARVIS_STORAGE_DIR", Path("/"))


def test_a_database_over_tcp_keeps_its_password_whole():
    found = read(D="postgresql://mairie:p%40ss%2F@db:5433/parvis?sslmode=require").database("D")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "parvis",
        "USER": "mairie",
        "PASSWORD": "p@ss/",
        "HOST": "db",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_over_a_socket_gives_its_folder_as_host():
    found = read(D="postgresql://parvis:x@/parvis?host=/run/parvis").database("D")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/parvis", "", {})


@pytest.mark.parametrize(
    "value", ["mysql://a@b/c", "postgresql://db", "postgresql://db:port/parvis", "parvis"]
)
def test_another_database_is_refused(value):
    with pytest.raises(BadEnvironment):
        read(D=value).database("D")


def test_a_redis_socket_is_spelt_for_each_client():
    address = read(R="unix:///run/valkey.sock?db=4").redis("R")
    assert address.url() == "unix:///run/valkey.sock?db=4"
    assert address.url(1) == "unix:///run/valkey.sock?db=5"
    assert address.broker() == "redis+socket:///run/valkey.sock?virtual_host=4"


def test_a_redis_over_tls_keeps_its_password():
    address = read(R="rediss://:secret@cache:6380/2").redis("R")
    assert address.url(1) == "rediss://:secret@cache:6380/3"
    assert address.broker() == "rediss://:secret@cache:6380/2"


@pytest.mark.parametrize("value", ["http://cache", "redis://", "redis://cache/one", "unix://"])
def test_another_broker_is_refused(value):
    with pytest.raises(BadEnvironment):
        read(R=value).redis("R")
