"""Settings of a login by the operator's identity provider (OpenID Connect)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_serializer

from passerby.contracts.strict import Strict
from passerby.contracts.urls import MASK

RoleName = Literal["viewer", "operator", "engineer", "privacy_officer", "admin"]


class RoleGrant(Strict):
    """A value of the claim, and the role that a person with it has."""

    value: str = Field(min_length=1, max_length=200, description="value of the claim, for example metro-operators")
    role: RoleName = Field(description="role in the console")


class OidcLogin(Strict):
    """Login by an identity provider. Its people have no password here; local accounts stay.

    `client_secret` is masked in reprs and dumps.
    """

    issuer: str = Field(
        max_length=500,
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^\s?#]*$",
        description="address of the provider, as in its tokens; .well-known/openid-configuration is below it",
    )
    client_id: str = Field(min_length=1, max_length=200, description="this console's name at the provider")
    client_secret: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="secret of this console at the provider, best as ${NAME}; if absent: PKCE alone",
    )
    label: str = Field(
        default="single sign-on", min_length=1, max_length=60, description="name of the provider on the login page"
    )
    name_claim: str = Field(
        default="preferred_username", min_length=1, max_length=100, description="claim with the name of the person"
    )
    role_claim: str = Field(
        default="roles",
        min_length=1,
        max_length=100,
        description="claim with the groups or roles of the person; a point leads into an object, as in "
        "realm_access.roles",
    )
    roles: tuple[RoleGrant, ...] = Field(
        min_length=1, max_length=50, description="role of each value; the first that the person has counts"
    )

    def __repr_args__(self) -> Any:
        """The fields for repr, without the secret."""
        return [(name, MASK if name == "client_secret" else value) for name, value in super().__repr_args__()]

    @field_serializer("client_secret")
    def _masked(self, secret: str | None) -> str | None:
        return None if secret is None else MASK
