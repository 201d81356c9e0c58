"""Chromium for the tests of the layers."""

from tests.browser_support import browser, watched

__all__ = ["browser", "watched"]
