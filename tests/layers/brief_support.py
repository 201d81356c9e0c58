"""An invented profile with every kind of figure and table."""

from __future__ import annotations

from geo.profile import Figure, Profile, ProfileColumn, ProfileTable, Section
from i18n import Translator

_WORDS = {
    "people": ("الناس", "אנשים", "People"), "need": ("الحاجة", "צורך", "Need"), "access": ("الوصول", "נגישות", "Access"), "gaps": ("الفجوات", "פערים", "Gaps"),
    "sites": ("المواقع", "אתרים", "Sites"), "work": ("من يعمل ماذا وأين", "מי עושה מה ואיפה", "Who does what"), "quality": ("جودة البيانات", "איכות הנתונים", "Quality of the data"),
    "population": ("عدد السكان", "מספר התושבים", "Population"), "group": ("الفئة", "קבוצה", "Group"), "women": ("النساء", "נשים", "Women"),
    "older": ("كبار السن", "קשישים", "Older people"), "rank": ("المرتبة", "דירוג", "Rank"), "score": ("درجة الحاجة", "ציון הצורך", "Score of need"),
    "top3": ("احتمال أن تكون بين الثلاث الأولى", "ההסתברות להיות בין שלושת הראשונים", "Chance of being in the first three"), "indicator": ("المؤشر", "מדד", "Indicator"),
    "poverty": ("نسبة الفقر", "שיעור העוני", "Poverty rate"), "index": ("مؤشر", "מדד כלכלי", "Index"), "value": ("القيمة", "ערך", "Value"), "service": ("الخدمة", "שירות", "Service"),
    "medical": ("رعاية طبية", "טיפול רפואי", "Medical care"), "legal": ("استشارة قانونية", "ייעוץ משפטי", "Legal advice"), "aid": ("مساعدات غذائية", "סיוע במזון", "Food aid"),
    "p50": ("نصف الناس خلال (دقائق)", "מחצית האנשים בתוך (דקות)", "Half of the people within (minutes)"), "within": ("الحصة خلال 60 دقيقة", "החלק בתוך 60 דקות", "Share within 60 minutes"),
    "without": ("بلا مكان", "בלי מקום", "Without a place"), "reason": ("السبب", "סיבה", "Reason"), "far": ("بعيد جدا", "רחוק מדי", "Too far"), "full": ("ممتلئ", "מלא", "Full"),
    "state": ("الحالة", "מצב", "State"), "active": ("يعمل", "פעיל", "Working"), "planned": ("مخطط له", "מתוכנן", "Planned"), "org": ("جمعية رقم", "עמותה מספר", "Association number"),
    "fresh": ("مواقع تم التحقق منها حديثا", "אתרים שנבדקו לאחרונה", "Sites checked lately"), "sum": ("المجموع", "סך הכול", "Sum"),
    "density": ("مواقع لكل ألف", "אתרים לאלף", "Sites per thousand"), "area": ("المساحة", "שטח", "Area"), "limit": ("الحد", "גבול", "Limit"), "hour": ("60 دقيقة", "60 דקות", "60 minutes"),
    "note": ("تقدير من قائمة واحدة.", "אומדן מרשימה אחת.", "An estimate from one list."), "Hebron": ("الخليل", "חברון", "Hebron"), "Palestine": ("فلسطين", "פלסטין", "Palestine"),
    "minutes": ("الدقائق حتى أقرب موقع", "הדקות עד האתר הקרוב", "Minutes to the nearest site"), "tier": ("الفئة الأولى", "מדרג", "Tier"),
}  # fmt: skip
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>#image("x")'


def invented_profile(tr: Translator, *, services: int = 14, organisations: int = 12, hostile: str = HOSTILE) -> Profile:
    """Return a profile of PS0150 of ``tests.make``'s registry; the last organisation is called ``hostile``."""

    def word(key: str) -> str:
        return _WORDS[key][("ar", "he", "en").index(tr.lang)]

    def column(key: str, unit: str) -> ProfileColumn:
        return ProfileColumn(key, word(key), unit)

    source = ("invented",)
    names = [f"{word('org')} {i}" for i in range(1, organisations)] + [hostile]
    matrix = tuple(
        (f"{word('service')} {i}", sum((i * j) % 4 == 1 for j in range(organisations)), *(int((i * j) % 4 == 1) for j in range(organisations)))
        for i in range(services)
    )
    sections = (
        Section("people", word("people"), (
            Figure("people.population", word("population"), 711223.0, "people", None, None, 2017, "official", source, word("note")),
            Figure("people.area", word("area"), 996.6, "km2", None, None, 2017, "official", source),
            Figure("people.group.women", word("women"), 345678.0, "people", None, None, 2017, "estimate", source),
        ), (ProfileTable("groups", word("group"), (column("group", "text"), column("people", "people")), ((word("women"), 345678), (word("older"), None)), ("people",), source),)),
        Section("need", word("need"), (
            Figure("need.rank", word("rank"), 2.0, "rank", 1.0, 4.0, 2023, "derived", source),
            Figure("need.score", word("score"), 6.44, "score", 5.9, 7.1, 2023, "derived", source),
            Figure("need.top3", word("top3"), 0.0549, "share", None, None, 2023, "derived", source),
            Figure("need.tier", word("tier"), None, "count"),
        ), (ProfileTable("indicators", word("indicator"), (column("indicator", "text"), column("value", "score")), ((word("poverty"), 20.5), (word("index"), -0.39)), (), source),)),
        Section("access", word("access"), (
            Figure("access.minutes", word("minutes"), None, "minutes", 120.0, None, 2020, "estimate", source, word("note")),
        ), (ProfileTable("access", word("access"), (column("service", "text"), column("p50", "minutes"), column("within", "share")),
            ((word("medical"), 14.4, 0.93), (word("legal"), None, 0.04), (word("aid"), tr("profile.more_than", minutes=tr.plural("gaps.minutes", 120)), 0.0)), (), source),), (word("note"),)),
        Section("gaps", word("gaps"), (), (
            ProfileTable("top_gaps", word("gaps"), (column("service", "text"), column("people", "people"), column("without", "people"), column("reason", "text")),
                         ((word("legal"), 711223, 654321, word("far")), (word("aid"), 711223, 123456, word("full")), (word("medical"), 711223, 0, word("full"))), (), source),
            ProfileTable("ledger", word("sum"), (column("service", "text"), column("people", "people")), ((word("legal"), 711223), (word("aid"), None)), ("people",), source),
        )),
        Section("sites", word("sites"), (
            Figure("sites.sites", word("sites"), 48.0, "count", None, None, 2026, "derived", source),
            Figure("sites.density", word("density"), 0.07, "per_1000", None, None, 2026, "derived", source),
        ), (ProfileTable("sites_by_state", word("state"), (column("state", "text"), column("sites", "count")), ((word("active"), 40), (word("planned"), 8)), ("sites",), source),)),
        Section("work", word("work"), (), (ProfileTable("who_does_what", word("work"), (column("service", "text"), column("sites", "count"),
            *(ProfileColumn(f"org:{i}", name, "count") for i, name in enumerate(names))), matrix, ("sites", *(f"org:{i}" for i in range(organisations))), source),)),
        Section("quality", word("quality"), (Figure("quality.fresh", word("fresh"), 0.456, "share", None, None, 2026, "derived", source, word("note")),)),
    )  # fmt: skip
    return Profile("PS0150", "PS", word("Hebron"), word("Palestine"), tr.lang, "test-60-1.20261201", sections, ((word("limit"), word("hour")),))
