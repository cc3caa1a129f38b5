"""What holds for every test of the repository; the cast of people and units is in doanso/conftest.py."""

pytest_plugins = ["tools.pytest_plugin", "tools.browser_plugin"]
