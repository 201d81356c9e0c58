"""The doctor tells whoever opens the store as a superuser that the database's own net does not hold."""

from __future__ import annotations

import pytest

from data.store import Store
from i18n import LANGUAGES, translator
from jobs.checking import check_set_up
from settings import Settings


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.postgres
def test_a_role_that_the_net_does_not_hold_is_a_warning(
    postgres_store: Store, postgres_admin: object, lang: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tr = translator(lang)
    monkeypatch.setattr("jobs.checking.open_store", lambda _: postgres_store)
    own = postgres_store.engine.url
    settings = Settings.from_env({"JIWAR_DATA_DIR": str(tmp_path), "JIWAR_DATABASE_URL": own.render_as_string(hide_password=False)})
    texts = {finding.text: finding for finding in check_set_up(settings, tr)}
    assert texts[tr("safety.rows_held", role=str(own.username))].good
    monkeypatch.setattr("jobs.checking.bypassed", lambda _: True)
    warned = {finding.text: finding for finding in check_set_up(settings, tr)}[tr("safety.rows_bypassed", role=str(own.username))]
    assert (warned.good, warned.optional) == (False, True)
    assert "docs/howto/protection.md" in warned.text
