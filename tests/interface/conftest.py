import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-interface", action="store_true",
                     help="write interface.txt instead of comparing with it")
