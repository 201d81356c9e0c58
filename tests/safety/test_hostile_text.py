"""Text that would run as script or formula, in every field that people fill, on its way to every file and word that comes out."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

import cli
import pages
from data.ingest.plan import plan_import
from data.proposals import clean_proposal
from data.rights import Right
from data.snapshot import read_registry
from data.store import ImportRequest, Store
from data.submissions import Submissions
from geo.incoming import incoming_frame
from geo.model import Filter, Scope
from geo.submissions import PROPOSABLE
from i18n import translator
from jobs.exporting import MIME, export_sites
from jobs.importing import SourceNote, import_sites
from layers.site_card import site_card
from pages.parts import load
from tests.safety import crawl
from tests.safety.world import World
from tests.xss import FORMULAS, PAYLOADS

CHIEF, PROPOSER = Scope("ministry", 3, "chief"), Scope("ministry", 3, "proposer")
TEXTS = (*PAYLOADS, *FORMULAS)
STARTS = ("=", "+", "-", "@", "\t", "\r")


class Elements(html.parser.HTMLParser):
    """Collects what a browser would make of markup: elements, and attributes that run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "video", "math", "body"):
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or "").lower():
                self.bad.append(f"{tag} {name}={value}")


@pytest.fixture
def filled(workspace: Path) -> World:
    """The packs, and every payload in every field: by an import, by proposals, as comment, reason, name of a person and of an organisation."""
    assert workspace
    store = load.store()
    registry = read_registry(store)
    area = registry.governorates.loc["PS0150"]
    rows = [
        {"row": i + 2, "external_id": f"x{i}", "names": {"ar": text, "he": text, "en": text}, "organisation": {"en": f"{text} {i}"}, "kind": "clinic",
         "status": "active", "country": "PS", "area_id": "PS0150", "lon": area["lon"], "lat": area["lat"], "position_kind": "exact", "address": text,
         "phone": text, "email": text, "website": text, "hours": text, "note": text, "verification": "unverified"}
        for i, text in enumerate(TEXTS)
    ]  # fmt: skip
    source = {
        "source_id": "hostile",
        "title": TEXTS[0],
        "publisher": FORMULAS[0],
        "year": 2026,
        "url": PAYLOADS[13],
        "licence": FORMULAS[1],
        "status": "demo",
    }
    frame = incoming_frame(rows)
    store.apply_import(ImportRequest(source, frame, (), len(frame), "0" * 64, "csv"), actor=TEXTS[0])
    world = World(store)
    sites = read_registry(store).sites
    world.words = [str(one) for one in sites.index[sites["source_id"] == "hostile"]]
    _propose(store, world)
    for role, right in (("public", None), ("ministry", Right("ministry", clearance=3))):
        world.tokens[role] = ""
        if right:
            user = load.accounts().create_user("hostile", PAYLOADS[0], "seven olive trees", locale="en", actor="test", right=right)
            world.tokens[role] = load.accounts().sessions.open(user)
    return world


def _propose(store: Store, world: World) -> None:
    desk = Submissions(store)
    for i, (site_id, text) in enumerate(zip(world.words, TEXTS, strict=True)):
        proposed = {"names": {"en": f"{text} new"}, "address": text, "note": text, "hours": text, "phone": text, "email": text, "website": text}
        draft = desk.save(PROPOSER, op="edit", site_id=site_id, proposed=proposed, comment=text)
        sent = desk.submit(PROPOSER, draft.submission_id, version=1)
        world.submissions.append(sent.submission_id)
        if i % 3 == 0:
            desk.decide(CHIEF, sent.submission_id, version=2, seen_version=1, accept=["names", "note"], reason=text)
        elif i % 3 == 1:
            desk.request_changes(CHIEF, sent.submission_id, version=2, reason=text)


def test_there_are_enough_of_both_kinds() -> None:
    assert len(set(PAYLOADS)) >= 20
    assert len(set(FORMULAS)) >= 20
    assert {text[0] for text in FORMULAS} >= {"=", "+", "-", "@"}


def test_no_cell_of_an_export_is_a_formula(filled: World, tmp_path: Path) -> None:
    registry, tr = load.registry(), translator("en")
    wanted = Filter(areas=("PS0150",))
    for lang in ("ar", "en"):
        text = export_sites(registry, wanted, "csv", translator(lang), hxl=True).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > len(TEXTS)
        numbers = re.compile(r"[+-]?[0-9.]+")
        assert [cell for row in rows for cell in row if cell.startswith(STARTS) and not numbers.fullmatch(cell)] == []
    book = openpyxl.load_workbook(io.BytesIO(export_sites(registry, wanted, "xlsx", tr)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert {str(cell.value) for cell in cells} >= {FORMULAS[3]}, "what was written comes back as text"


def test_exports_for_programs_carry_text_as_text(filled: World, tmp_path: Path) -> None:
    registry, tr = load.registry(), translator("en")
    wanted = Filter(areas=("PS0150",))
    features = json.loads(export_sites(registry, wanted, "geojson", tr))["features"]
    names = {text for one in features for text in one["properties"].values() if isinstance(text, str)}
    assert {text for text in FORMULAS if text.strip() == text} <= names
    (tmp_path / "x.gpkg").write_bytes(export_sites(registry, wanted, "gpkg", tr))
    frame = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="sites")
    assert len(frame) == int(registry.select(wanted).sum())
    assert set(MIME) == {"csv", "xlsx", "geojson", "gpkg", "html"}, "a new format needs its check here"


def test_no_markup_of_a_page_holds_an_element_of_theirs(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Streamlit sends to be drawn as HTML or Markdown, on every page, for the public and for a reviewer."""
    ids = filled.words
    asked: dict[str, list[dict[str, str]]] = {
        "explore": [{"area": "PS0150", "open": ids[0]}, {"q": PAYLOADS[0]}],
        "site": [{"id": one} for one in ids[::9]],
        "contribute": [{"site": one} for one in ids[::23]],
        "review": [{}, {"id": filled.submissions[2]}],
    }
    monkeypatch.setattr(crawl, "PAGES", {page.SLUG: lambda _w, slug=page.SLUG: asked.get(slug, [{}]) for page in pages.ALL})
    monkeypatch.setattr(crawl, "drawn", lambda test, _query: test)
    looked = 0
    for role in filled.tokens:
        for name, test in crawl.screens(filled, role, monkeypatch):
            for node in test._tree:  # type: ignore[attr-defined]
                proto = getattr(node, "proto", None)
                markup = str(getattr(proto, "body", "")) if proto is not None else ""
                if not markup or getattr(node, "type", "") not in ("html", "markdown", "caption", "title", "header", "subheader"):
                    continue
                if node.type == "html" or getattr(proto, "allow_html", False):
                    parser = Elements()
                    parser.feed(re.sub(r"<script>document\.documentElement.*?</script>|<img src=x onerror=\"document.*?>", "", markup))
                    hit = [one for one in parser.bad if "hit" in one or one in ("iframe", "object", "embed", "video", "math", "body")]
                    assert hit == [], name
                looked += 1
    assert looked > 30


def test_a_card_links_to_nothing_but_the_web_and_the_telephone(filled: World) -> None:
    registry = load.registry()
    for lang in ("ar", "en"):
        for site_id in filled.words:
            card = site_card(registry, site_id, translator(lang))
            links = [row["href"] for row in card["rows"] if row.get("href")]
            assert all(link.startswith(("tel:", "http://", "https://")) for link in links), links


def test_the_checks_let_no_hostile_contact_through(filled: World) -> None:
    registry = load.registry()
    for text in TEXTS:
        proposed = dict.fromkeys(PROPOSABLE, text) | {"names": {"en": text}}
        good, _ = clean_proposal(registry, proposed, op="edit", whole=None, today=registry.today)
        assert not {"phone", "email", "place", "services", "kind", "status", "sensitivity", "verified_on"} & {name for name in good if good[name]}
        assert str(good.get("website") or "https://").startswith(("http://", "https://"))


def test_the_error_workbook_and_the_report_hold_text_alone(filled: World, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    columns = ("id", "name", "kind", "governorate", "lon", "lat", "phone", "address")
    pd.DataFrame([[text] * len(columns) for text in TEXTS], columns=columns).to_csv(file, index=False)
    plan = plan_import(file, file.name, load.registry())
    assert len(plan.incoming) == 0
    result = import_sites(filled.store, plan, SourceNote(), translator("en"), dry_run=True)
    book = openpyxl.load_workbook(io.BytesIO(result.workbook(translator("en"))))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert len(cells) > len(TEXTS)
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert [text for cell in cells if cell.comment for text in [cell.comment.text] if text.startswith("=")] == []


def test_the_template_of_a_hostile_organisation_holds_no_formula_of_theirs(filled: World, tmp_path: Path) -> None:
    registry = load.registry()
    organisation = str(registry.sites.loc[filled.words[-1], "organisation_id"])
    out = tmp_path / "template.xlsx"
    result = CliRunner().invoke(cli.app, ["template", "--organisation", organisation, "--out", str(out)])
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out)
    formulas = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [one for one in formulas if any(text[1:] in one for text in FORMULAS)] == []


def test_what_a_terminal_prints_moves_no_cursor_and_rings_no_bell(filled: World) -> None:
    hostile = "\x1b]0;title\x07\x1b[2Jgone"
    store = filled.store
    desk = Submissions(store)
    draft = desk.save(PROPOSER, op="edit", site_id=filled.words[0], proposed={"names": {"en": hostile}, "note": hostile}, comment=hostile)
    desk.submit(PROPOSER, draft.submission_id, version=1)
    for command in (
        ["history", filled.words[0]],
        ["review", "list"],
        ["review", "show", draft.submission_id],
        ["freshness"],
        ["duplicates"],
        ["users", "list"],
    ):
        printed = CliRunner().invoke(cli.app, command).output
        assert "\x1b" not in printed, command
        assert "\x07" not in printed, command
