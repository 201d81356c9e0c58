"""The profile of a governorate: every figure and table that the page, the briefs and the command tell of it, computed once."""

from __future__ import annotations

from geo.errors import InputError
from geo.profile import Figure, Profile, Section
from geo.registry import Registry
from i18n import Translator
from jobs.gaps_words import minutes_worth
from jobs.profile_access import access_section, gaps_section
from jobs.profile_inputs import ProfileInputs, profile_inputs, with_past
from jobs.profile_kept import change_section, decisions_section
from jobs.profile_need import need_section
from jobs.profile_people import people_section
from jobs.profile_sites import quality_section, sites_section, work_section

__all__ = ["CHANGE", "ProfileInputs", "make_profile", "profile_inputs", "shown_figures", "with_past"]
CHANGE = "change"
"""The section that tells of another edition than its own."""
_REPEATED = ("people.group.", "access.", "gaps.", "need.indicator.")


def make_profile(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Profile:
    """Return the profile of a governorate in one language: the same edition and the same records give the same profile, byte for byte.

    Parameters
    ----------
    registry : the public's, as ``inputs`` was made from.
    inputs : from ``profile_inputs``, of the governorate's country.
    area_id : the governorate or district.
    tr : words.

    Returns
    -------
    Sections, in this order: ``people``, ``need``, ``access``, ``gaps``, ``sites``, ``work``, ``quality``, ``change``,
    ``decisions``. The last two tell what ``with_past`` read, else that there is nothing. The tables ``ledger``, ``freshness`` and
    ``positions`` are for files and for who wants to know more; a brief of one page leaves them out.

    Raises
    ------
    InputError : ``profile.area``: the area is no governorate of the inputs' country.
    """
    areas = registry.governorates
    if area_id not in areas.index or areas.at[area_id, "country"] != inputs.country:
        raise InputError("profile.area", value=area_id[:40])
    makers = (people_section, need_section, access_section, gaps_section, sites_section, work_section, quality_section)
    told = tuple(make(registry, inputs, area_id, tr) for make in makers)
    figures = {figure.key: figure for section in told for figure in section.figures}
    sections = (*told, change_section(inputs, area_id, figures, tr), decisions_section(registry, inputs, area_id, tr))
    return Profile(
        area_id, inputs.country, registry.label("area", area_id, tr.lang), registry.label("area", inputs.country, tr.lang), tr.lang, inputs.edition, sections,
        _method(registry, inputs, tr),
    )  # fmt: skip


def shown_figures(section: Section) -> tuple[Figure, ...]:
    """Return the figures that no table of the section repeats: what a page or a brief lists above the tables."""
    return tuple(figure for figure in section.figures if not figure.key.startswith(_REPEATED))


def _method(registry: Registry, inputs: ProfileInputs, tr: Translator) -> tuple[tuple[str, str], ...]:
    asked = inputs.asked(next(iter(inputs.ledgers), ""))
    method = inputs.need.method
    worth = {minutes_worth(ledger, asked) for ledger in inputs.ledgers.values()}
    rows = {
        "edition": inputs.edition,
        "day": tr.date(registry.today),
        "services": tr("profile.comma").join(registry.term_label("service", code, tr.lang) for code in inputs.ledgers),
        "group": registry.term_label("target_group", asked.group, tr.lang),
        "limit": tr.plural("gaps.minutes", asked.limit),
        "mode": tr(f"travel.mode.{asked.mode}"),
        "regime": tr(f"travel.regime.{asked.regime}"),
        "capacity": tr(f"gaps.from_capacity.{asked.capacity}"),
        "minutes": "; ".join(tr(f"profile.minutes.{code}") for code in sorted(worth)),
        "index": tr(
            "profile.index_method", missing=tr(f"needs.missing.{method.missing}"), normalise=tr(f"needs.scale.{method.normalisation}"),
            aggregate=tr(f"needs.mean.{method.aggregation}"), draws=tr.number(inputs.need.draws), seed=inputs.need.seed,
        ),
    }  # fmt: skip
    return tuple((tr(f"profile.method.{key}"), value) for key, value in rows.items())
