"""Accounts on both databases: codes, passwords, sessions, rights, throttling, and what must stand nowhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data import account_models, models
from data.accounts import Accounts
from data.engine import reading, writing
from data.passwords import check_new, hash_password, is_password
from data.people import fold_login
from data.rights import Grant, Right, scope_from
from data.sessions import LIFETIME
from data.store import Store
from data.throttle import WINDOW, Throttled
from geo.errors import AppError, InputError
from geo.model import PUBLIC, Scope
from tests.conftest import SECRET
from tests.data.test_store import all_text, load_invented
from tests.xss import PAYLOADS

PASSWORD = "seven olive trees"
START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PLANNER = Right("planner", area_id="PS0150", clearance=1)
SQL = ("' OR 1=1 --", "x'; DROP TABLE app_user; --", "%", "_____", '" OR ""="', "a\0b", "admin'--", "\ud800abc", "(SELECT login FROM app_user)")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, time: dt.timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(store: Store, account_book: sa.Engine, clock: Clock) -> Accounts:
    load_invented(store)
    with writing(store.engine) as connection:
        connection.execute(sa.insert(models.Organisation), [{"organisation_id": f"org-{i}", "source_id": "invented", "version": 1} for i in range(2)])
    return Accounts(account_book, store.engine, SECRET, clock)


def add(accounts: Accounts, login: str = "rana", right: Right | None = PLANNER) -> str:
    return accounts.create_user(login, "Rana", PASSWORD, locale="ar", actor="test", right=right)


def signed_in(accounts: Accounts, login: str = "rana", right: Right | None = PLANNER) -> str:
    return accounts.sessions.open(add(accounts, login, right))


def codes_of(*calls: object) -> list[str]:
    """Run each call and return the codes of the errors."""
    out = []
    for call in calls:
        with pytest.raises(AppError) as caught:
            call()  # type: ignore[operator]
        out.append(caught.value.code)
    return out


def audit(accounts: Accounts) -> list[tuple[str, str, str]]:
    """Return the lines about accounts, the oldest first."""
    return [(event.action, event.actor, event.user_id) for event in reversed(accounts.events(1000))]


def all_cells(book: sa.Engine) -> str:
    """Return every cell of every table of accounts as text."""
    with reading(book) as connection:
        rows = [row for table in account_models.Base.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return "\n".join(str(tuple(row)) for row in rows)


def test_the_set_up_code_makes_one_admin_and_works_once(accounts: Accounts) -> None:
    first, second = accounts.set_up_code(), accounts.set_up_code()
    assert first
    assert second
    assert first != second
    user_id = accounts.register_with_code(first.lower().replace("-", " "), "Admin.One", "Admin", PASSWORD, locale="en", address="a")
    assert accounts.sessions.scope(accounts.sessions.open(user_id)) == Scope("admin", 0, user_id)
    assert accounts.set_up_code() is None
    again = [lambda code=code: accounts.register_with_code(code, "another", "B", PASSWORD, locale="en", address="a") for code in (first, second)]
    assert codes_of(*again) == ["account.code", "account.code"]
    assert [user.login for user in accounts.list_users()] == ["admin.one"]


def test_a_set_up_code_is_offered_again_when_the_last_admin_is_gone(accounts: Accounts) -> None:
    add(accounts, "boss", Right("admin"))
    assert accounts.set_up_code() is None
    accounts.close("boss", actor="test")
    assert accounts.set_up_code()


def test_two_people_with_set_up_codes_do_not_both_become_admin(accounts: Accounts) -> None:
    codes = [accounts.set_up_code() or "" for _ in range(4)]

    def register(i: int) -> bool:
        try:
            accounts.register_with_code(codes[i], f"user{i}", "Somebody", PASSWORD, locale="en", address=f"{i}")
        except InputError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(register, range(4))) == 1
    assert len(accounts.list_users()) == 1


def test_an_invitation_gives_its_right_and_nothing_else(accounts: Accounts, clock: Clock) -> None:
    right = Right("partner", organisation_id="org-1", clearance=2)
    code = accounts.invite(right, actor="test", lifetime=dt.timedelta(days=7))
    user_id = accounts.register_with_code(code, "samir", "Samir", PASSWORD, locale="he", address="a")
    assert accounts.sessions.scope(accounts.sessions.open(user_id)) == Scope("partner", 2, user_id, (), "org-1")
    late = accounts.invite(right, actor="test", lifetime=dt.timedelta(days=7))
    clock.pass_by(dt.timedelta(days=7))
    wrong = [
        lambda code=code: accounts.register_with_code(code, "late", "Late", PASSWORD, locale="he", address="b")
        for code in (late, code, "", "AAAA", *SQL[:1])
    ]
    assert codes_of(*wrong) == ["account.code"] * 5
    assert codes_of(wrong[0]) == ["account.throttled"]


def test_a_refused_name_or_password_does_not_use_up_the_code(accounts: Accounts) -> None:
    code = accounts.invite(PLANNER, actor="test", lifetime=dt.timedelta(days=1))
    add(accounts, "taken")

    def register(login: str = "someone", name: str = "Some One", password: str = PASSWORD) -> str:
        return accounts.register_with_code(code, login, name, password, locale="en", address="a")

    assert codes_of(
        lambda: register(login="TAKEN"), lambda: register(login="a b"), lambda: register(name=" \u202e\u0007 "), lambda: register(password="short")
    ) == ["account.login_taken", "account.login_shape", "account.name_shape", "account.password_short"]  # fmt: skip
    assert register()


@pytest.mark.parametrize(
    ("password", "code"),
    [("elevensigns", "account.password_short"), ("x" * 201, "account.password_long"), ("rana.khalil", "account.password_short"), ("RanaKhalil12", "account.password_login"),
     ("password1234", "account.password_common"), ("Qwerty123456!", "account.password_common"), ("aaaaaaaaaaaaa", "account.password_common"),
     ("847261950384", "account.password_common"), ("jiwarJIWAR2026", "account.password_common")],
)  # fmt: skip
def test_passwords_that_are_easy_to_guess_are_refused(password: str, code: str) -> None:
    assert codes_of(lambda: check_new(password, "ranakhalil")) == [code]


@pytest.mark.parametrize("password", [PASSWORD, "شجرة زيتون قديمة", "עץ זית עתיק מאוד", "x7#kQ9!vLm2p", "administrators drink tea"])
def test_passwords_in_any_letters_are_taken(password: str) -> None:
    check_new(password, "ranakhalil")


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_owasp() -> None:
    kept = hash_password("café under seven trees")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(kept, "cafe\u0301 under seven trees")
    assert not is_password(kept, "cafe under seven trees")
    assert not is_password(None, "nobody has this password")
    assert not is_password("rubbish", "nobody has this password")


def test_the_login_is_the_same_however_it_is_typed(accounts: Accounts) -> None:
    user_id = add(accounts, "Rana.Khalil")
    assert accounts.check_password(" RANA.KHALIL ", PASSWORD, address="a") == user_id
    assert accounts.check_password("ｒana.khalil", PASSWORD, address="a") == user_id
    assert codes_of(lambda: add(accounts, "rana.KHALIL")) == ["account.login_taken"]


@given(st.text(max_size=80))
def test_folding_a_login_twice_changes_nothing(login: str) -> None:
    assert fold_login(fold_login(login)) == fold_login(login)


def test_whoever_is_wrong_hears_the_same(accounts: Accounts) -> None:
    add(accounts)
    add(accounts, "closed", right=None)
    accounts.close("closed", actor="test")
    wrong = [("rana", "not the password"), ("nobody", PASSWORD), ("closed", PASSWORD), ("", ""), *((text, text) for text in SQL)]
    told = set()
    for i, (login, password) in enumerate(wrong):
        with pytest.raises(InputError) as caught:
            accounts.check_password(login, password, address=f"{i}")
        told.add((caught.value.code, str(caught.value.params)) if not isinstance(caught.value, Throttled) else ("throttled", ""))
    assert told - {("throttled", "")} == {("account.wrong", "{}")}
    assert [user.login for user in accounts.list_users()] == ["closed", "rana"]


def test_nobody_is_looked_up_with_less_work(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import door as module

    add(accounts)
    checked: list[str | None] = []
    monkeypatch.setattr(module, "is_password", lambda kept, _password: bool(checked.append(kept)))
    for login in ("rana", "nobody", "no such shape!"):
        assert codes_of(lambda login=login: accounts.check_password(login, "x", address=login)) == ["account.wrong"]
    assert [kept is None for kept in checked] == [False, True, True]


def test_the_sixth_wrong_password_waits_and_so_does_the_right_one(accounts: Accounts, clock: Clock) -> None:
    add(accounts)
    tries = [lambda i=i: accounts.check_password("rana", "wrong", address=f"10.0.0.{i}") for i in range(6)]
    assert codes_of(*tries) == ["account.wrong"] * 5 + ["account.throttled"]
    with pytest.raises(Throttled) as caught:
        accounts.check_password("Rana", PASSWORD, address="10.0.0.99")
    assert caught.value.seconds == WINDOW.total_seconds()
    assert caught.value.params == {"minutes": 15}
    clock.pass_by(WINDOW - dt.timedelta(seconds=30))
    with pytest.raises(Throttled) as caught:
        accounts.check_password("rana", PASSWORD, address="10.0.0.99")
    assert (caught.value.seconds, caught.value.params) == (30, {"minutes": 1})
    clock.pass_by(dt.timedelta(seconds=30))
    assert accounts.check_password("rana", PASSWORD, address="10.0.0.99")


def test_an_address_that_tries_many_accounts_waits(accounts: Accounts) -> None:
    add(accounts)
    assert codes_of(*(lambda i=i: accounts.check_password(f"user{i}", "wrong", address="10.0.0.1") for i in range(6))) == ["account.wrong"] * 5 + [
        "account.throttled"
    ]
    assert codes_of(lambda: accounts.check_password("rana", PASSWORD, address="10.0.0.1")) == ["account.throttled"]
    assert accounts.check_password("rana", PASSWORD, address="10.0.0.2")


def test_signing_in_oneself_does_not_clear_the_address(accounts: Accounts) -> None:
    add(accounts)
    for i in range(4):
        assert codes_of(lambda i=i: accounts.check_password(f"user{i}", "wrong", address="x")) == ["account.wrong"]
        assert accounts.check_password("rana", PASSWORD, address="x")
    assert codes_of(lambda: accounts.check_password("user5", "wrong", address="x"), lambda: accounts.check_password("rana", PASSWORD, address="x")) == [
        "account.wrong", "account.throttled"]  # fmt: skip


def test_many_guesses_at_once_get_no_further(accounts: Accounts) -> None:
    add(accounts)

    def guess(i: int) -> str:
        try:
            accounts.check_password("rana", f"wrong {i}", address=f"{i}")
        except InputError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(12)))
    assert sorted(told) == ["account.throttled"] * 7 + ["account.wrong"] * 5


def test_a_session_opens_what_was_granted_until_it_ends(accounts: Accounts, clock: Clock) -> None:
    token = signed_in(accounts)
    found = accounts.sessions.find(token)
    assert found is not None
    assert (found.login, found.display_name, found.locale) == ("rana", "Rana", "ar")
    assert found.scope == Scope("planner", 1, found.user_id, ("PS0150",))
    clock.pass_by(LIFETIME - dt.timedelta(seconds=1))
    assert accounts.sessions.find(token) is not None
    clock.pass_by(dt.timedelta(seconds=1))
    assert accounts.sessions.find(token) is None
    assert accounts.sessions.scope(token) == PUBLIC


def test_a_forged_token_opens_nothing(accounts: Accounts, account_book: sa.Engine) -> None:
    token = signed_in(accounts)
    with reading(account_book) as connection:
        row = connection.execute(sa.select(account_models.LoginSession)).one()
    forged = ("", "x" * 43, token[:-1], token + "A", token.swapcase(), row.token_sha256, row.session_id, token + "\0", "ü" * 43, *SQL)
    assert {accounts.sessions.scope(text) for text in forged} == {PUBLIC}
    assert row.token_sha256 == hashlib.sha256(token.encode()).hexdigest()


def test_ending_sessions_ends_those_and_no_others(accounts: Accounts) -> None:
    user_id = add(accounts)
    mine = [accounts.sessions.open(user_id) for _ in range(3)]
    others = signed_in(accounts, "omar")
    ids = [found.session_id for found in map(accounts.sessions.find, mine) if found]
    omar = accounts.sessions.find(others)
    assert omar is not None
    assert accounts.sessions.revoke(user_id, session_id=omar.session_id, actor=user_id) == 0
    assert accounts.sessions.revoke(user_id, session_id=ids[0], actor=user_id) == 1
    assert [accounts.sessions.find(token) is not None for token in (*mine, others)] == [False, True, True, True]
    assert accounts.sessions.revoke(user_id, keep=ids[1], actor=user_id) == 1
    assert [open_.session_id for open_ in accounts.sessions.list_open(user_id)] == [ids[1]]
    assert accounts.sessions.revoke(user_id, actor=user_id) == 1
    assert [accounts.sessions.find(token) is not None for token in (*mine, others)] == [False, False, False, True]


def test_a_changed_password_ends_the_other_sessions(accounts: Accounts) -> None:
    user_id = add(accounts)
    here, there = accounts.sessions.open(user_id), accounts.sessions.open(user_id)
    session = accounts.sessions.find(here)
    assert session is not None
    assert codes_of(lambda: accounts.change_password("rana", "wrong", "eight olive trees", address="a")) == ["account.wrong"]
    assert codes_of(lambda: accounts.change_password("rana", PASSWORD, "short", address="a")) == ["account.password_short"]
    accounts.change_password("rana", PASSWORD, "eight olive trees", address="a", keep_session=session.session_id)
    assert [accounts.sessions.find(token) is not None for token in (here, there)] == [True, False]
    assert accounts.check_password("rana", "eight olive trees", address="a") == user_id
    assert codes_of(lambda: accounts.check_password("rana", PASSWORD, address="a")) == ["account.wrong"]


def test_rights_count_at_once_and_end_at_once(accounts: Accounts, clock: Clock) -> None:
    token = signed_in(accounts, right=None)
    assert accounts.sessions.scope(token) == PUBLIC
    first = accounts.grant("rana", PLANNER, actor="test", valid_until=clock.now + dt.timedelta(hours=1))
    accounts.grant("rana", Right("planner", area_id="SY01", clearance=3), actor="test")
    scope = accounts.sessions.scope(token)
    assert (scope.areas, scope.clearance) == (("PS0150", "SY01"), 1)
    clock.pass_by(dt.timedelta(hours=1))
    assert (accounts.sessions.scope(token).areas, accounts.sessions.scope(token).clearance) == (("SY01",), 3)
    assert codes_of(lambda: accounts.revoke_grant("rana", first, actor="test")) == ["account.unknown_grant"]
    (last,) = [grant.grant_id for grant in accounts.list_users()[0].grants if grant.valid(clock.now)]
    accounts.revoke_grant("rana", last, actor="test")
    assert accounts.sessions.scope(token) == PUBLIC
    accounts.grant("rana", Right("ministry", clearance=2), actor="test")
    assert accounts.sessions.scope(token).role == "ministry"


def test_a_closed_account_is_out_in_every_open_tab(accounts: Accounts) -> None:
    token = signed_in(accounts)
    accounts.close("rana", actor="test")
    assert accounts.sessions.find(token) is None
    assert codes_of(lambda: accounts.check_password("rana", PASSWORD, address="a")) == ["account.wrong"]
    accounts.grant("rana", PLANNER, actor="test")
    assert accounts.sessions.find(token) is None
    assert accounts.check_password("rana", PASSWORD, address="a")


@pytest.mark.parametrize(
    ("right", "code"),
    [(Right("owner"), "account.unknown_role"), (Right("public"), "account.unknown_role"), (Right("planner"), "account.area_for_planner"),
     (Right("ministry", area_id="PS0150"), "account.area_for_planner"), (Right("partner"), "account.organisation_for_partner"),
     (Right("admin", organisation_id="org-1"), "account.organisation_for_partner"), (Right("admin", clearance=1), "account.clearance"),
     (Right("ministry", clearance=4), "account.clearance"), (Right("ministry", clearance=-1), "account.clearance"),
     (Right("planner", area_id="XX"), "account.unknown_area"), (Right("planner", area_id="PS\0"), "account.unknown_area"),
     (Right("partner", organisation_id="' OR 1=1 --"), "account.unknown_organisation")],
)  # fmt: skip
def test_a_right_that_makes_no_sense_is_refused(accounts: Accounts, right: Right, code: str) -> None:
    add(accounts, right=None)
    assert codes_of(
        lambda: accounts.grant("rana", right, actor="test"),
        lambda: accounts.invite(right, actor="test", lifetime=dt.timedelta(days=1)),
        lambda: add(accounts, "other", right),
    ) == [code] * 3  # fmt: skip
    assert [user.login for user in accounts.list_users()] == ["rana"]


def test_nobody_has_two_roles_at_once(accounts: Accounts, clock: Clock) -> None:
    add(accounts, right=Right("partner", organisation_id="org-0"))
    for right in (PLANNER, Right("admin"), Right("ministry"), Right("partner", organisation_id="org-1")):
        assert codes_of(lambda right=right: accounts.grant("rana", right, actor="test")) == ["account.one_role"]
    assert (
        codes_of(lambda: accounts.grant("nobody", PLANNER, actor="test"), lambda: accounts.close("' OR 1=1 --", actor="test"))
        == ["account.unknown_user"] * 2
    )
    assert codes_of(lambda: accounts.grant("rana", Right("partner", organisation_id="org-0"), actor="t", valid_until=clock.now)) == [
        "account.end_in_the_past"
    ]


rights = st.builds(
    Right, st.sampled_from(account_models.ROLES), st.sampled_from(["", "PS0150", "SY01"]), st.sampled_from(["", "org-1"]), st.integers(0, 3)
)
grants = st.lists(st.builds(Grant, st.text(), rights, st.just("test"), st.none() | st.datetimes(timezones=st.just(dt.UTC))), max_size=4)


@given(grants)
def test_a_scope_never_holds_more_than_each_valid_grant(given_: list[Grant]) -> None:
    scope = scope_from("u", given_, START)
    valid = [grant.right for grant in given_ if grant.valid(START)]
    if not valid or len({right.role for right in valid}) > 1:
        assert scope == PUBLIC
    if scope != PUBLIC:
        assert {right.role for right in valid} == {scope.role}
        assert scope.clearance <= min(right.clearance for right in valid)
        assert set(scope.areas) <= {right.area_id for right in valid}


@pytest.mark.parametrize(
    "values",
    [{"role": "planner"}, {"role": "partner"}, {"role": "admin", "clearance": 1}, {"role": "owner"}, {"role": "ministry", "clearance": 4},
     {"role": "ministry", "area_id": "PS0150"}],
)  # fmt: skip
def test_the_database_itself_refuses_a_right_that_makes_no_sense(accounts: Accounts, account_book: sa.Engine, values: dict[str, object]) -> None:
    row = {"grant_id": "g", "user_id": add(accounts, right=None), "area_id": None, "organisation_id": None, "clearance": 0, "granted_by": "test",
           "granted_at": START, "valid_until": None} | values  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError, match="ck_role_grant"), writing(account_book) as connection:
        connection.execute(sa.insert(account_models.RoleGrant), row)


def test_hostile_names_are_kept_as_text_and_hostile_logins_refused(accounts: Accounts) -> None:
    for i, text in enumerate(PAYLOADS):
        accounts.create_user(f"user{i:02d}", text, PASSWORD, locale="en", actor="test")
        assert codes_of(lambda text=text: accounts.create_user(text, "x", PASSWORD, locale="en", actor="test")) == ["account.login_shape"]
    names = [user.display_name for user in accounts.list_users()]
    assert names == [" ".join(text.split())[:80].strip() for text in PAYLOADS]
    assert codes_of(*(lambda text=text: accounts.create_user(text, "x", PASSWORD, locale="en", actor="test") for text in SQL)) == [
        "account.login_shape"
    ] * len(SQL)


def test_everything_is_audited_and_no_secret_stands_anywhere(accounts: Accounts, account_book: sa.Engine) -> None:
    code = accounts.invite(PLANNER, actor="boss", lifetime=dt.timedelta(days=1))
    set_up = accounts.set_up_code() or ""
    user_id = accounts.register_with_code(code, "rana", "Rana", PASSWORD, locale="ar", address="203.0.113.7")
    token = accounts.sessions.open(accounts.check_password("rana", PASSWORD, address="203.0.113.7"))
    codes_of(lambda: accounts.check_password("rana", "a wrong password", address="203.0.113.7"),
             lambda: accounts.check_password("my password typed as login", "x", address="203.0.113.7"))  # fmt: skip
    grant_id = accounts.grant("rana", Right("planner", area_id="SY01"), actor="boss")
    accounts.revoke_grant("rana", grant_id, actor="boss")
    accounts.set_password("rana", "eight olive trees", actor="boss")
    accounts.close("rana", actor="boss")
    assert audit(accounts) == [
        ("invite", "boss", ""), ("register", "boss", user_id), ("sign_in", user_id, user_id), ("sign_in_refused", "", user_id), ("sign_in_refused", "", ""),
        ("grant", "boss", user_id), ("revoke_grant", "boss", user_id), ("password", "boss", user_id), ("sign_out", "boss", user_id), ("close", "boss", user_id),
    ]  # fmt: skip
    text = all_cells(account_book)
    for needle in (PASSWORD, "eight olive trees", "a wrong password", "my password typed", token, code, code.replace("-", ""), set_up, "203.0.113.7"):
        assert needle not in text
    assert "argon2" not in json.dumps([dict(event.changes) for event in accounts.events()])


def test_an_account_changes_nothing_in_the_registry(accounts: Accounts, store: Store) -> None:
    before, text = store.version(), all_text(store)
    token = signed_in(accounts)
    accounts.sessions.revoke(accounts.sessions.find(token).user_id, actor="test")  # type: ignore[union-attr]
    assert (store.version(), all_text(store)) == (before, text)
