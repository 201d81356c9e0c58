"""Chromium for the tests of the layers."""

from tests.browser_support import browser, pages, watched

__all__ = ["browser", "pages", "watched"]
