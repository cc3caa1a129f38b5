"""Settings of pip reach uv."""

import pytest

from tools import pip_settings

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def uv_settings(tmp_path):
    """Return the settings of uv, given pip's variables and the text of a pip.conf."""

    def ask(env=None, conf=""):
        path = tmp_path / "pip.conf"
        path.write_text(conf, encoding="utf-8")
        return pip_settings.uv_variables({"SSL_CERT_FILE": "/given", **(env or {})}, [path])

    return ask


def test_without_settings_nothing_is_passed_on(uv_settings):
    assert uv_settings() == {}


def test_index_comes_from_the_file(uv_settings):
    assert uv_settings(conf="[global]\nindex-url = https://mirror.example/simple\n") == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple"
    }


def test_variable_overrules_file(uv_settings):
    env = {"PIP_INDEX_URL": "https://b.example/simple"}

    assert (
        uv_settings(env, "[global]\nindex_url = https://a.example/simple\n")["UV_DEFAULT_INDEX"]
        == "https://b.example/simple"
    )


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_settings_of_uv_itself_are_never_overruled(uv_settings, name):
    assert uv_settings({"PIP_INDEX_URL": "https://b.example/simple", name: "https://own.example"}) == {}


def test_further_indexes_are_looked_at_as_pip_does(uv_settings):
    assert uv_settings({"PIP_EXTRA_INDEX_URL": "https://b.example\n https://c.example"}) == {
        "UV_INDEX": "https://b.example https://c.example",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_folder_of_wheels_is_passed_on_when_it_is_there(uv_settings, tmp_path):
    assert uv_settings({"PIP_FIND_LINKS": f"{tmp_path} /not/there https://w.example"}) == {
        "UV_FIND_LINKS": f"{tmp_path},https://w.example"
    }


@pytest.mark.parametrize(("said", "expected"), [("1", ["--no-index"]), ("true", ["--no-index"]), ("0", []), ("", [])])
def test_no_index_is_said_on_the_command_line(said, expected):
    assert pip_settings.uv_flags({"PIP_NO_INDEX": said}, []) == expected


def test_certificate_of_pip_is_used_where_none_was_given(tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.touch()

    assert pip_settings.uv_variables({"PIP_CERT": str(bundle)}, []) == {"SSL_CERT_FILE": str(bundle)}
    assert pip_settings.uv_variables({"REQUESTS_CA_BUNDLE": str(bundle)}, []) == {"SSL_CERT_FILE": str(bundle)}


def test_without_a_certificate_the_system_is_trusted_as_pip_does():
    assert pip_settings.uv_variables({}, []) == {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}


def test_broken_file_is_passed_over(uv_settings):
    assert uv_settings({"PIP_INDEX_URL": "https://b.example"}, "not a section\n") == {
        "UV_DEFAULT_INDEX": "https://b.example"
    }


def test_null_device_means_no_files():
    assert pip_settings.config_files({"PIP_CONFIG_FILE": "/dev/null"}) == []
