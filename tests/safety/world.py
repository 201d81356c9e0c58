"""A registry with fifty sensitive sites that came in every way there is, and people of every role around them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa

from data import models
from data.engine import reading
from data.packs import basemap
from data.rights import Right
from data.row_security import SERVER, seeing
from data.site_records import read_records
from data.snapshot import read_registry
from data.store import ImportRequest, Store
from data.submissions import Submissions
from geo.incoming import incoming_frame
from geo.model import Scope
from geo.registry import Registry
from pages.parts import load
from tests.safety.secrets import Mint, Plant, four_decimals

HERE, NEAR, FAR = "PS0150", "PS0101", "SY01"
AREAS = (HERE, NEAR, FAR)
CHIEF = Scope("ministry", 3, "chief")
ROLES: Mapping[str, Right | None] = {
    "public": None,
    "partner of another organisation": Right("partner"),
    "planner of another governorate": Right("planner", area_id="PS0115", clearance=3),
    "planner of this governorate without clearance": Right("planner", area_id=HERE),
    "ministry without clearance": Right("ministry"),
    "admin": Right("admin"),
}


@dataclass
class World:
    """What the leak test looks at."""

    store: Store
    plants: list[Plant] = field(default_factory=list)
    submissions: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    organisation_id: str = ""
    planting_log: str = ""


def planted(store: Store) -> World:
    """Fill a store that holds the packs."""
    registry = read_registry(store)
    world = World(store)
    planter = Planter(world, registry, Mint(public_digits(registry)))
    planter.plant()
    world.organisation_id = planter.organisation_id
    for role, right in ROLES.items():
        if right is None:
            world.tokens[role], world.scopes[role] = "", Scope()
            continue
        other = planter.other_id if right.role == "partner" else ""
        given = Right(right.role, right.area_id, other, right.clearance)
        login = role.replace(" ", "-")
        user_id = load.accounts().create_user(login, f"Person {len(world.tokens)}", "seven olive trees", locale="en", actor="test", right=given)
        world.tokens[role] = load.accounts().sessions.open(user_id)
        who = load.accounts().sessions.find(world.tokens[role])
        assert who is not None
        world.scopes[role] = who.scope
    return world


def public_digits(registry: Registry) -> set[str]:
    """Return the four decimals of every coordinate that is public: no secret may have them by chance."""
    values: list[float] = []
    for shape in registry.areas.geometry.dropna():
        for ring in [ring for part in getattr(shape, "geoms", [shape]) for ring in (part.exterior, *part.interiors)]:
            values += np.asarray(ring.coords)[:, :2].ravel().tolist()
    for frame in (registry.localities, registry.sites, registry.areas):
        values += frame[["lon", "lat"]].to_numpy(dtype=float).ravel().tolist()
    values += json.loads(json.dumps(list(_numbers(basemap()))))
    return {text for value in values if value == value for text in four_decimals(value)}


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _numbers(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _numbers(each)


class Planter:
    """Plants sensitive sites, each with secrets of its own."""

    def __init__(self, world: World, registry: Registry, mint: Mint) -> None:
        self.world = world
        self.store = world.store
        self.mint = mint
        self.shapes = registry.areas.geometry
        self.desk = Submissions(self.store)
        self.kind = registry.codes("kind")[0]
        self.service = next(code for code in registry.codes("service") if registry.terms.loc[f"service:{code}", "sensitivity"] == 0)
        self.organisation_id = self.other_id = ""

    def plant(self) -> None:
        """Write all fifty."""
        open_rows = [self.row(0, area) | {"organisation": {"en": name}} for area in AREAS for name in ("Own Hands", "Other Hands")]
        sensitive = [self.row(level, AREAS[i % 3]) for level in (1, 2, 3) for i in range(5)]
        edited = [self.row(level, AREAS[i % 3]) for level in (1, 2, 3) for i in range(3)]
        raised = [self.row(0, AREAS[i % 3]) | {"sensitivity": 0} for i in range(9)]
        talked = [self.row(1 + i % 2, AREAS[i % 3]) for i in range(5)]
        self.load("list", "A list", [*open_rows, *[one for one in sensitive if one["sensitivity"] < 3], *edited, *raised, *talked])
        self.load("secret-list", self.world_word("source"), [one for one in sensitive if one["sensitivity"] == 3])
        registry = read_registry(self.store)
        named = {registry.label("organisation", one, "en"): str(one) for one in registry.organisations.index}
        self.organisation_id, self.other_id = named["Own Hands"], named["Other Hands"]
        by_name = self.ids_by_name()
        for row in sensitive:
            self.keep(by_name[row["names"]["en"]], row)
        for row in edited:
            self.edit(by_name[row["names"]["en"]], row)
        for i, row in enumerate(raised):
            self.raise_and_move(by_name[row["names"]["en"]], 1 + i % 3, row["area_id"])
        for row, fate in zip(talked, ("draft", "rejected", "withdrawn", "changes_requested", "submitted"), strict=True):
            self.talk(by_name[row["names"]["en"]], row, fate)
        for level in (1, 2, 3):
            for i in range(4):
                self.propose(level, AREAS[i % 3])
        assert len(self.world.plants) == 50

    def row(self, level: int, area: str) -> dict[str, Any]:
        """Return a row of an import whose protected fields are secrets."""
        point = self.mint.point(self.shapes[area])
        return {
            "row": self.mint.made + 2, "external_id": self.mint.word("outside"), "names": {"en": self.mint.word("name"), "ar": self.mint.word("ism")},
            "organisation": {"en": self.mint.word("group")} if level == 3 else {"en": "Own Hands"}, "kind": self.kind, "status": "active",
            "country": area[:2], "area_id": area, "locality_id": "", "lon": point[0], "lat": point[1], "position_kind": "exact", "sensitivity": level,
            "verification": "unverified", "verified_on": dt.date(2025, 5, 1), "services": (self.service,), "target_groups": (), "capacities": {},
            "accessibility": (), "address": self.mint.word("street"), "phone": self.mint.word("phone") if level == 3 else "", "email": "", "website": "",
            "hours": "", "note": self.mint.word("note"), "flags": (),
        }  # fmt: skip

    def load(self, source_id: str, title: str, rows: list[dict[str, Any]]) -> None:
        frame = incoming_frame([row | {"row": number} for number, row in enumerate(rows, 2)])
        source = {"source_id": source_id, "title": title, "publisher": "", "year": 2026, "url": "", "licence": "CC0", "status": "demo"}
        account = self.store.apply_import(ImportRequest(source, frame, (), len(frame), "0" * 64, "csv"), actor="command line")
        assert account.accepted == len(rows)

    def world_word(self, what: str) -> str:
        """Return a word that tells of hidden sites as a whole."""
        self.world.words.append(self.mint.word(what))
        return self.world.words[-1]

    def ids_by_name(self) -> dict[str, str]:
        with reading(self.store.engine) as connection, seeing(connection, SERVER, self.store.secret):
            ids = set(connection.execute(sa.select(models.Site.site_id)).scalars()) | set(
                connection.execute(sa.select(models.SiteExact.site_id)).scalars()
            )
            return {stored.record["names"].get("en", ""): one for one, stored in read_records(connection, self.store.secret, sorted(ids)).items()}

    def keep(self, site_id: str, row: Mapping[str, Any], *, more_points: tuple[Any, ...] = (), more_words: tuple[str, ...] = ()) -> None:
        point = (row["lon"], row["lat"])
        words = (row["address"], row["note"], row["external_id"], *more_words)
        level = int(row["sensitivity"])
        hidden = (site_id, *row["names"].values(), *row["organisation"].values(), *filter(None, [row["phone"]])) if level == 3 else ()
        hidden = tuple(word for word in hidden if word != "Own Hands")
        truth = more_points[-1] if more_points else point
        self.world.plants.append(Plant(site_id, level, row["area_id"], truth, (point, *more_points), words, hidden))

    def place(self, area: str) -> dict[str, Any]:
        lon, lat = self.mint.point(self.shapes[area])
        return {"country": area[:2], "area_id": area, "locality_id": "", "lon": lon, "lat": lat, "position_kind": "exact"}

    def proposer(self) -> Scope:
        """Return somebody cleared of the organisation; what this person reads is no part of the test."""
        return Scope("ministry", 3, "proposer")

    def send(self, site_id: str, proposed: Mapping[str, Any], comment: str, *, op: str = "edit") -> str:
        draft = self.desk.save(
            self.proposer(), op=op, site_id=site_id, proposed=proposed, comment=comment, organisation_id=self.organisation_id if op == "add" else ""
        )
        sent = self.desk.submit(self.proposer(), draft.submission_id, version=draft.version)
        self.world.submissions.append(sent.submission_id)
        return sent.submission_id

    def approve(self, submission_id: str, reason: str = "") -> None:
        held = self.desk.compare(CHIEF, submission_id)
        accept = [diff.field for diff in held.diffs]
        self.desk.decide(CHIEF, submission_id, version=held.submission.version, seen_version=held.version, accept=accept, reason=reason)

    def edit(self, site_id: str, row: Mapping[str, Any]) -> None:
        """Move an imported sensitive site, and say more of it."""
        place, words = self.place(row["area_id"]), [self.mint.word(what) for what in ("street", "note", "comment", "reason")]
        self.approve(self.send(site_id, {"place": place, "address": words[0], "note": words[1]}, words[2]), words[3])
        self.keep(site_id, row, more_points=((place["lon"], place["lat"]),), more_words=tuple(words))

    def raise_and_move(self, site_id: str, level: int, area: str) -> None:
        """Protect a site that was public, and move it: what it was is known, what it became is not."""
        place, words = self.place(area), [self.mint.word(what) for what in ("street", "note", "comment", "reason")]
        self.approve(self.send(site_id, {"sensitivity": level, "place": place, "address": words[0], "note": words[1]}, words[2]), words[3])
        point = (place["lon"], place["lat"])
        hidden = ()
        if level == 3:
            name = self.mint.word("name")
            self.approve(self.send(site_id, {"names": {"en": name}}, ""))
            hidden = (name,)
        self.world.plants.append(Plant(site_id, level, area, point, (point,), tuple(words), hidden))

    def talk(self, site_id: str, row: Mapping[str, Any], fate: str) -> None:
        """Propose secrets for a sensitive site that are never published."""
        place, words = self.place(row["area_id"]), [self.mint.word(what) for what in ("street", "note", "name", "comment", "reason")]
        proposed = {"place": place, "address": words[0], "note": words[1], "names": {"en": words[2]}}
        if fate == "draft":
            self.world.submissions.append(
                self.desk.save(self.proposer(), op="edit", site_id=site_id, proposed=proposed, comment=words[3]).submission_id
            )
        else:
            sent = self.send(site_id, proposed, words[3])
            if fate == "withdrawn":
                self.desk.withdraw(self.proposer(), sent, version=2)
            elif fate == "changes_requested":
                self.desk.request_changes(CHIEF, sent, version=2, reason=words[4])
            elif fate == "rejected":
                self.desk.decide(CHIEF, sent, version=2, seen_version=1, accept=[], reason=words[4])
        self.keep(site_id, row, more_words=tuple(words))
        plant = self.world.plants[-1]
        self.world.plants[-1] = Plant(
            plant.site_id, plant.level, plant.area_id, plant.truth, (*plant.points, (place["lon"], place["lat"])), plant.words
        )

    def propose(self, level: int, area: str) -> None:
        """Add a sensitive site by a proposal."""
        row = self.row(level, area)
        place = {name: row[name] for name in ("country", "area_id", "locality_id", "lon", "lat", "position_kind")}
        proposed = {"names": row["names"], "kind": self.kind, "place": place, "address": row["address"], "note": row["note"], "sensitivity": level,
                    "services": [self.service], "phone": row["phone"]}  # fmt: skip
        words = (self.mint.word("comment"), self.mint.word("reason"))
        sent = self.send("", proposed, words[0], op="add")
        site_id = self.desk.get(CHIEF, sent).site_id
        self.approve(sent, words[1])
        self.keep(site_id, row | {"organisation": {}}, more_words=words)
