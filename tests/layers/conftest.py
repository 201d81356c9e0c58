"""Chromium for the tests of the layers."""

from tests.browser_support import all_pages, browser, chromium, pages, watched

__all__ = ["all_pages", "browser", "chromium", "pages", "watched"]
