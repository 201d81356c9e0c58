"""Indicators: what is known of each governorate, from whom, of which year, and where nobody knows."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from data.indicators_said import adds_somewhere
from geo.model import Scope
from geo.permissions import may
from i18n import Translator
from layers import markup
from pages.parts import identity, indicators_add, indicators_controls, indicators_issues, indicators_map, indicators_work, load, shell, show_map

TITLE = "indicators.menu"
SLUG = "indicators"
ICON = ":material/bar_chart:"
FORMATS = ("csv", "xlsx")


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page. Values, map and files are the public's, whoever reads it."""
    registry = load.registry()
    indicators_controls.read_address(registry)
    picked = show_map.clicked(indicators_map.KEY)
    if picked and picked.event == "area":
        indicators_controls.toggle_area(registry, picked.id)
    shell.language_switch(tr)
    st.title(tr("indicators.title"), anchor=False)
    answer = st.empty()
    asked = indicators_controls.show(registry, tr)
    shell.write_address(tr, indicators_controls.address(asked))
    if asked.indicator and asked.year:
        answer.html(indicators_work.answer_line(registry, asked, tr))
        left, right = st.columns([2, 1])
        with left:
            indicators_map.show(registry, asked, tr)
        with right:
            st.html(indicators_work.bars(registry, asked, tr))
        chart = indicators_work.chart(registry, asked, tr)
        if chart:
            st.html(chart)
        st.html(indicators_work.table(registry, asked, tr))
        st.html(f"<p class='jw-note'>{markup.safe(tr('indicators.blank_note'))}</p>")
        query = urlencode({"country": asked.country, "indicator": asked.indicator, "lang": tr.lang})
        every = urlencode({"country": asked.country, "indicator": "all", "lang": tr.lang})
        links = [(tr(f"explore.format_{name}"), f"/data/indicators.{name}?{query}") for name in FORMATS]
        links += [(tr("indicators.download_all", format=tr(f"explore.format_{name}")), f"/data/indicators.{name}?{every}") for name in FORMATS]
        st.html(markup.downloads(tr("indicators.download"), links))
        st.html(indicators_work.sources(registry, asked, tr))
        indicators_issues.show_published(registry, asked, tr)
    else:
        st.info(tr("indicators.nothing"))
    scope = identity.scope()
    if adds_somewhere(scope):
        indicators_add.show(registry, scope, asked.indicator, tr)
    if may(scope, "send_counts", organisation_id=scope.organisation_id):
        indicators_issues.show_upload(registry, scope, tr)
    indicators_issues.show_sent(registry, scope, tr)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
