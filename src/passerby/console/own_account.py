"""The page on which a person changes their own password."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.console.login import Text, check_password, logged_in
from passerby.console.passwords import hashed
from passerby.console.services import person, shell
from passerby.contracts.errors import UsageError
from passerby.store import accounts
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@router.get("/account")
def account_page(request: Request) -> Response:
    """Show the form."""
    return _form(request)


@router.post("/account")
def change_password(request: Request, password: Text, new: Text, again: Text) -> Response:
    """Store another password; all sessions of the account end, and this browser gets a new one."""
    who = person(request)
    try:
        check_password(request, who.name, password)
        if new != again:
            raise UsageError(_("the two new passwords differ"))
        stored = hashed(new)
    except HTTPException as error:
        return _form(
            request,
            _("The present password is wrong.") if error.status_code == 401 else error.detail,
            error.status_code,
        )
    except UsageError as error:
        return _form(request, str(error).capitalize() + ".", 400)
    shell(request).store.write(lambda c: accounts.set_password(c, who.name, stored, who.actor))
    return logged_in(request, who.name, "/")


def _form(request: Request, error: str = "", status: int = 200) -> Response:
    return shell(request).pages.show(request, "own_account.html.j2", {"error": error}, status)
