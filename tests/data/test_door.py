"""The door on both databases: what is refused there is written down and counted, tokens work once, and providers give no rights."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data.accounts import Accounts
from data.identities import Identity
from data.rights import Right
from data.sessions import LIFETIME
from data.throttle import MOST, WINDOW
from geo.errors import InputError
from geo.model import PUBLIC, Scope
from tests.data import test_accounts
from tests.data.test_accounts import PASSWORD, PLANNER, SQL, START, Clock, add, all_cells, audit, codes_of, signed_in

clock, accounts = test_accounts.clock, test_accounts.accounts
RANA = Identity("https://provider.example", "subject-1", "Rana K.", "rana@example.org")


def refused(accounts: Accounts) -> list[tuple[str, str, object]]:
    """Return the refusals, the oldest first."""
    kinds = {"session_refused", "right_claimed", "sign_in_locked", "identity_unknown"}
    return [(event.action, event.user_id, event.changes.get("why")) for event in reversed(accounts.events(1000)) if event.action in kinds]


def test_a_session_that_does_not_count_is_nobodys_and_the_audit_alone_knows_why(accounts: Accounts, clock: Clock) -> None:
    tokens = {login: signed_in(accounts, login) for login in ("expired", "revoked", "closed")}
    ids = {user.login: user.user_id for user in accounts.list_users()}
    clock.pass_by(LIFETIME)
    tokens |= {login: accounts.sessions.open(ids[login]) for login in ("revoked", "closed")}
    accounts.end_sessions("revoked", actor="test")
    with accounts._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE app_user SET active = false WHERE login = 'closed'")
    assert [accounts.identify(token, address=login) for login, token in tokens.items()] == [None] * 3
    assert accounts.identify("x" * 43, address="forged") is None
    assert refused(accounts) == [("session_refused", ids[login], login) for login in tokens] + [("session_refused", "", "forged")]
    assert accounts.identify("", address="nobody") is None
    assert len(refused(accounts)) == 4


def test_a_right_claimed_in_an_address_gives_nothing_and_is_written_down(accounts: Accounts) -> None:
    token = signed_in(accounts)
    plain = accounts.identify(token, address="a", asked=["lang", "area", "v"])
    assert plain is not None
    assert refused(accounts) == []
    assert accounts.identify(token, address="a", asked=["lang", "role", "clearance"]) == plain
    assert accounts.identify("", address="a", asked=["user_id"]) is None
    assert refused(accounts) == [("right_claimed", plain.user_id, None), ("right_claimed", "", None)]


def test_nobody_fills_the_audit_from_outside(accounts: Accounts, account_book: sa.Engine, clock: Clock) -> None:
    for i in range(20):
        accounts.identify(f"{i:x<43}", address="192.0.2.7", asked=["role"])
    assert len(refused(accounts)) == 2 * MOST
    accounts.identify("y" * 43, address="192.0.2.8")
    assert len(refused(accounts)) == 2 * MOST + 1
    clock.pass_by(WINDOW)
    accounts.identify("z" * 43, address="192.0.2.7")
    assert len(refused(accounts)) == 2 * MOST + 2
    assert "192.0.2" not in all_cells(account_book)


def test_refusals_do_not_lock_anybody_out(accounts: Accounts) -> None:
    add(accounts)
    for i in range(2 * MOST):
        accounts.identify(f"{i:x<43}", address="a", asked=["role"])
    assert accounts.check_password("rana", PASSWORD, address="a")


def test_a_locked_account_is_written_down_without_what_was_typed(accounts: Accounts, account_book: sa.Engine) -> None:
    user_id = add(accounts)
    for i in range(MOST + 1):
        codes_of(lambda i=i: accounts.check_password("rana", "wrong", address=f"{i}"))
        codes_of(lambda i=i: accounts.check_password("typed-secret", "wrong", address=f"x{i}"))
    assert refused(accounts) == [("sign_in_locked", user_id, None), ("sign_in_locked", "", None)]
    assert "typed-secret" not in all_cells(account_book)


def test_a_token_is_spent_once_whoever_comes_first(accounts: Accounts, clock: Clock) -> None:
    until = clock.now + dt.timedelta(minutes=30)
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: accounts.spent.spend("token", until), range(12))) == 1
    assert accounts.spent.spend("another", until)
    clock.pass_by(dt.timedelta(minutes=31))
    assert accounts.spent.spend("third", clock.now + WINDOW)
    with accounts._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM spent_token").scalar() == 1


def test_an_invitation_makes_an_account_that_a_provider_opens_and_no_password_does(accounts: Accounts, account_book: sa.Engine) -> None:
    assert accounts.find_identity(RANA, address="a") is None
    code = accounts.invite(PLANNER, actor="boss", lifetime=dt.timedelta(days=1))
    user_id = accounts.register_identity(code, RANA, locale="ar", address="a")
    assert accounts.find_identity(RANA, address="a") == user_id
    (user,) = accounts.list_users()
    assert (user.login, user.display_name) == ("rana@example.org", "Rana K.")
    assert accounts.scope_of_login(user.login) == Scope("planner", 1, user_id, ("PS0150",))
    for i, password in enumerate(("", "nobody has this password", PASSWORD)):
        assert codes_of(lambda password=password: accounts.check_password(user.login, password, address="b")) == ["account.wrong"], i
    assert refused(accounts) == [("identity_unknown", "", None)]
    assert codes_of(lambda: accounts.register_identity(code, Identity("https://provider.example", "subject-2"), locale="ar", address="a")) == [
        "account.code"
    ]
    second = accounts.invite(PLANNER, actor="boss", lifetime=dt.timedelta(days=1))
    assert codes_of(lambda: accounts.register_identity(second, RANA, locale="ar", address="a")) == ["account.identity_taken"]
    assert accounts.register_identity(second, Identity(RANA.issuer, "subject-3"), locale="ar", address="a")
    assert "subject-2" not in all_cells(account_book)


def test_an_address_that_is_somebodys_login_opens_nothing_of_theirs(accounts: Accounts) -> None:
    owner = add(accounts, "rana@example.org", Right("ministry", clearance=3))
    assert accounts.find_identity(RANA, address="a") is None
    code = accounts.invite(PLANNER, actor="boss", lifetime=dt.timedelta(days=1))
    user_id = accounts.register_identity(code, RANA, locale="ar", address="a")
    assert user_id != owner
    assert next(user for user in accounts.list_users() if user.user_id == user_id).login.startswith("person-")


def test_an_admin_links_and_unlinks_an_account(accounts: Accounts) -> None:
    token = signed_in(accounts)
    user_id = accounts.list_users()[0].user_id
    accounts.link("rana", RANA.issuer, RANA.subject, actor="boss")
    assert accounts.find_identity(RANA, address="a") == user_id
    for other in (Identity(RANA.issuer, "subject-2"), Identity("https://other.example", RANA.subject), Identity(RANA.issuer, RANA.subject.upper())):
        assert accounts.find_identity(other, address="a") is None
    assert codes_of(
        lambda: accounts.link("rana", RANA.issuer, RANA.subject, actor="boss"), lambda: accounts.link("rana", "", "x", actor="boss"),
        lambda: accounts.link("rana", RANA.issuer, "a\0b", actor="boss"), lambda: accounts.link("nobody", RANA.issuer, "x", actor="boss"),
    ) == ["account.identity_taken", "account.identity_shape", "account.identity_shape", "account.unknown_user"]  # fmt: skip
    assert accounts.unlink("rana", actor="boss") == 1
    assert accounts.find_identity(RANA, address="b") is None
    assert accounts.sessions.find(token) is None
    assert accounts.unlink("rana", actor="boss") == 0
    assert [line for line in audit(accounts) if line[0] in ("link", "unlink")] == [("link", "boss", user_id), ("unlink", "boss", user_id)]


def test_a_closed_account_is_not_opened_by_its_provider(accounts: Accounts) -> None:
    add(accounts)
    accounts.link("rana", RANA.issuer, RANA.subject, actor="boss")
    accounts.close("rana", actor="boss")
    assert accounts.find_identity(RANA, address="a") is None
    assert codes_of(lambda: accounts.scope_of_login("rana"), lambda: accounts.scope_of_login("nobody")) == ["account.closed", "account.unknown_user"]


@pytest.mark.parametrize(
    "claims",
    [{}, {"iss": "https://p"}, {"sub": "x"}, {"iss": "", "sub": "x"}, {"iss": "https://p", "sub": ""}, {"iss": "https://p", "sub": 5},
     {"iss": "https://p", "sub": "x" * 256}, {"iss": "https://p", "sub": "a\nb"}, {"iss": ["https://p"], "sub": "x"}],
)  # fmt: skip
def test_claims_without_an_issuer_and_a_subject_are_nobody(claims: dict[str, object]) -> None:
    assert Identity.from_claims(claims) is None


@pytest.mark.parametrize(("verified", "email"), [(True, "a@example.org"), (False, ""), (None, ""), ("true", ""), (1, "")])
def test_an_address_counts_only_where_the_provider_has_verified_it(verified: object, email: str) -> None:
    found = Identity.from_claims({"iss": "https://p", "sub": "x", "email": "a@example.org", "email_verified": verified})
    assert found is not None
    assert found.email == email


@given(
    st.dictionaries(
        st.sampled_from(["iss", "sub", "name", "email", "email_verified", "role", "clearance"]), st.text() | st.booleans() | st.integers()
    )
)
def test_no_claim_is_a_right(claims: dict[str, object]) -> None:
    found = Identity.from_claims(claims)
    assert found is None or (found.issuer, found.subject) == (claims["iss"], claims["sub"])
    assert not {"role", "clearance", "areas"} & set(Identity.__slots__)


def test_names_are_told_for_known_ids_only(accounts: Accounts) -> None:
    user_id = add(accounts)
    accounts.close("rana", actor="test")
    assert accounts.names_of([user_id, "packs", *SQL[:2]]) == {user_id: "Rana"}
    assert accounts.names_of([]) == {}


def test_the_command_line_acts_as_a_person_with_the_rights_of_this_moment(accounts: Accounts, clock: Clock) -> None:
    user_id = add(accounts, right=None)
    assert accounts.scope_of_login(" RANA ") == PUBLIC
    accounts.grant("rana", PLANNER, actor="test", valid_until=START + dt.timedelta(hours=1))
    assert accounts.scope_of_login("rana") == Scope("planner", 1, user_id, ("PS0150",))
    clock.pass_by(dt.timedelta(hours=1))
    assert accounts.scope_of_login("rana") == PUBLIC


def test_an_invitation_over_an_area_that_is_gone_makes_no_account(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import door

    code = accounts.invite(PLANNER, actor="test", lifetime=dt.timedelta(days=1))

    def gone(_registry: sa.Engine, right: Right) -> None:
        raise InputError("account.unknown_area", area=right.area_id)

    monkeypatch.setattr(door, "check_right", gone)
    assert codes_of(lambda: accounts.register_with_code(code, "rana", "Rana", PASSWORD, locale="ar", address="a")) == ["account.unknown_area"]
    assert accounts.list_users() == []
