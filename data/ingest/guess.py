"""The guess at a mapping: headers in three languages, OpenStreetMap keys, and what a file's name gives away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.ingest.mapping import Mapping
from data.ingest.vocabulary import GROUP_KEYS, TAG_KEYS, Vocabulary
from geo.places import country_named
from geo.text import fold

_SUBJECTS = ("site", "facility", "centre", "center", "department", "service", "institution", "branch", "clinic", "school", "office", "place")
_OF_SUBJECT = {
    "external_id": ("id", "code", "number"), "name": ("name",), "kind": ("type", "kind"), "phone": ("phone", "tel", "telephone"), "email": ("email",),
    "address": ("address",), "website": ("website",), "status": ("status",), "hours": ("hours",), "capacity": ("capacity",),
}  # fmt: skip

# The first word of a list is preferred to the second where a file has both.
_WORDS: dict[str, tuple[str, ...]] = {
    "external_id": ("external id", "id", "@id", "code", "uuid", "key", "fid", "ref", "osm id", "site id", "pcode site", "الرقم", "رمز", "رمز الموقع",
                    "رقم المركز", "المعرف", "מזהה", "קוד", "מספר", "סמל", "קוד מחלקה", "סמל מוסד"),
    "name": ("name", "title", "label", "official name", "الاسم", "اسم", "اسم المركز", "اسم الموقع", "اسم المؤسسة", "اسم المنشأة", "שם", "שם המרכז", "שם המוסד",
             "שם המחלקה", "שם האתר"),
    "name_ar": ("name ar", "name arabic", "arabic name", "الاسم بالعربية", "الاسم العربي", "שם בערבית"),
    "name_he": ("name he", "name hebrew", "hebrew name", "الاسم بالعبرية", "שם בעברית", "שם עברי"),
    "name_en": ("name en", "name english", "english name", "int name", "الاسم بالإنجليزية", "الاسم بالانجليزية", "שם באנגלית"),
    "organisation": ("organisation", "organization", "operator", "org", "agency", "provider", "partner", "ngo", "المنظمة", "الجمعية", "الجهة", "الجهة المشغلة",
                     "المؤسسة", "ארגון", "עמותה", "גוף מפעיל", "מפעיל", "שם הארגון", "שם העמותה"),
    "organisation_ar": ("organisation ar", "organization ar", "operator ar", "المنظمة بالعربية"),
    "organisation_he": ("organisation he", "organization he", "operator he", "שם הארגון בעברית"),
    "organisation_en": ("organisation en", "organization en", "operator en"),
    "kind": ("kind", "type", "category", "facility type", "النوع", "نوع", "نوع المركز", "نوع الموقع", "التصنيف", "סוג", "סוג מוסד", "קטגוריה"),
    "services": ("services", "service", "service type", "activities", "activity", "الخدمات", "الخدمة", "نوع الخدمة", "الأنشطة", "שירותים", "שירות", "סוג שירות",
                 "פעילויות"),
    "target_groups": ("target groups", "target group", "beneficiaries", "groups", "الفئات المستهدفة", "الفئة المستهدفة", "المستفيدون", "קהל יעד", "קהלי יעד",
                      "אוכלוסיית יעד"),
    "country": ("country", "country code", "iso2", "iso3", "addr country", "adm0 pcode", "adm0 en", "pack", "الدولة", "البلد", "מדינה", "ארץ"),
    "area": ("area id", "governorate code", "adm1 pcode", "adm2 pcode", "admin1pcode", "admin2pcode", "pcode", "p code", "governorate", "area", "district",
             "adm1 en", "adm2 en", "admin1", "admin2", "province", "addr state", "addr province", "المحافظة", "محافظة", "اللواء", "المنطقة", "מחוז", "נפה"),
    "locality": ("city", "town", "locality", "village", "municipality", "addr city", "addr town", "addr village", "community", "location", "settlement", "المدينة",
                 "البلدة", "القرية", "التجمع", "البلدية", "الموقع", "עיר", "יישוב", "ישוב", "רשות", "רשות מקומית", "שם יישוב", "שם ישוב"),
    "address": ("address", "addr full", "full address", "street address", "addr street", "street", "العنوان", "الشارع", "כתובת", "רחוב", "מען"),
    "lon": ("lon", "lng", "long", "longitude", "x", "gps longitude", "coordinates wgs84 longitude", "خط الطول", "קו אורך", "אורך"),
    "lat": ("lat", "latitude", "y", "gps latitude", "coordinates wgs84 latitude", "خط العرض", "دائرة العرض", "קו רוחב", "רוחב"),
    "phone": ("phone", "telephone", "tel", "phone number", "contact phone", "mobile", "contact mobile", "الهاتف", "هاتف", "رقم الهاتف", "تلفون", "جوال", "טלפון",
              "טל", "מספר טלפון", "נייד"),
    "email": ("email", "e mail", "mail", "contact email", "البريد الإلكتروني", "البريد الالكتروني", "דואל", "דואר אלקטרוני", "מייל", "אימייל"),
    "website": ("website", "web", "url", "contact website", "homepage", "الموقع الإلكتروني", "الموقع الالكتروني", "אתר", "אתר אינטרנט"),
    "hours": ("hours", "opening hours", "open", "working hours", "ساعات العمل", "الدوام", "أوقات الدوام", "שעות", "שעות פתיחה", "שעות פעילות", "שעות קבלה"),
    "status": ("status", "state", "operational status", "الحالة", "حالة", "סטטוס", "מצב"),
    "position_kind": ("position_kind", "position kind", "precision", "דיוק המיקום", "دقة الموقع"),
    "sensitivity": ("sensitivity", "sensitive", "الحساسية", "רגישות"),
    "verified_on": ("verified on", "last verified", "verification date", "check date", "date verified", "تاريخ التحقق", "آخر تحقق", "תאריך אימות", "אומת בתאריך"),
    "capacity": ("capacity", "capacity persons", "places", "السعة", "الطاقة الاستيعابية", "عدد الأماكن", "קיבולת", "מספר מקומות", "תפוסה"),
    "capacities": ("capacities", "capacity by service", "السعة حسب الخدمة", "קיבולת לפי שירות"),
    "accessibility": ("accessibility", "accessible", "disability access", "wheelchair access", "إمكانية الوصول", "נגישות"),
    "note": ("note", "notes", "description", "remarks", "comment", "comments", "ملاحظات", "ملاحظة", "وصف", "הערות", "הערה", "תיאור"),
}  # fmt: skip
_MANY = {"locality": 3, "phone": 3, "address": 2, "email": 2, "website": 2}


def _synonyms() -> dict[str, tuple[str, int]]:
    out: dict[str, tuple[str, int]] = {}
    for name, words in _WORDS.items():
        of_subject = [f"{subject} {word}" for word in _OF_SUBJECT.get(name, ()) for subject in _SUBJECTS]
        for rank, word in enumerate((*words, *of_subject)):
            out.setdefault(fold(word), (name, rank))
    return out


_SYNONYMS = _synonyms()


def guess_mapping(headers: Sequence[str], vocabulary: Vocabulary, *, filename: str = "") -> Mapping:
    """Guess which columns hold which fields.

    Parameters
    ----------
    headers : of the file.
    vocabulary : kinds whose names may stand in the file's name.
    filename : what it is called, for example ``isr_welfare_departments.csv``: a country and a kind in it become constants
        where no column gives them.

    Returns
    -------
    The guess, to be shown to a person before it is applied. Columns that say nothing known are left out.
    """
    ranked: dict[str, list[tuple[int, str]]] = {}
    for header in headers:
        name, rank = _SYNONYMS.get(fold(header), ("", 0))
        if name:
            ranked.setdefault(name, []).append((rank, header))
    columns = {name: tuple(header for _, header in sorted(found)[: _MANY.get(name, 1)]) for name, found in ranked.items()}
    columns |= _osm_columns(headers, columns)
    if not any(name in columns for name in ("name", "name_ar", "name_he", "name_en")) and "location" in map(fold, headers):
        columns["name"] = tuple(header for header in headers if fold(header) == "location")
    constants = {name: text for name, text in _from_filename(filename, vocabulary).items() if name not in columns}
    return Mapping(columns, constants)


def _osm_columns(headers: Sequence[str], columns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the columns that only OpenStreetMap's keys fill."""
    out: dict[str, tuple[str, ...]] = {}
    tags = tuple(key for key in TAG_KEYS if key in headers)
    if "amenity" in tags or "healthcare" in tags:
        out["kind"] = tags
        out["services"] = (*columns.get("services", ()), *tags)
        groups = tuple(key for key in GROUP_KEYS if key in headers)
        if groups:
            out["target_groups"] = (*columns.get("target_groups", ()), *groups)
    if {"osm_type", "osm_id"} <= set(headers):
        out["external_id"] = ("osm_type", "osm_id")
    return out


def _from_filename(filename: str, vocabulary: Vocabulary) -> dict[str, str]:
    words = [word for word in re.split(r"[\W_]+", filename.rsplit(".", 1)[0].lower()) if word]
    found: dict[str, str] = {}
    countries = {country_named(word) for word in words} - {""}
    if len(countries) == 1:
        found["country"] = countries.pop()
    text = f" {' '.join(word.removesuffix('s') for word in words)} "
    kinds = [code for code in vocabulary.codes("kind") if code != "other" and f" {' '.join(p.removesuffix('s') for p in code.split('_'))} " in text]
    if kinds:
        found["kind"] = max(kinds, key=len)
    return found
