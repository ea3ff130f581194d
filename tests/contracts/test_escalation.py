from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from passerby.contracts.escalation import Escalation

MAIL = {"host": "mail.example", "sender": "unit@metro.example"}
DUTY = {"kind": "email", "name": "duty", "to": ("duty@metro.example",)}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"recipients": (DUTY,)}, "need a mail server"),
        ({"recipients": (DUTY, DUTY), "mail": MAIL}, "two recipients have the name duty"),
        ({"mail": {**MAIL, "user": "unit"}}, "both user and password"),
        ({"mail": {**MAIL, "security": "none"}}, "unencrypted to mail.example"),
        ({"recipients": ({**DUTY, "to": ("a@b\nBcc: c@d",)},), "mail": MAIL}, "pattern"),
        ({"recipients": ({"kind": "webhook", "name": "x", "url": "http://u:p@h/"},)}, "pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Escalation.model_validate(settings)


def test_a_mail_server_and_its_recipients_are_accepted() -> None:
    made = Escalation.model_validate({"recipients": (DUTY,), "mail": MAIL})
    assert made.recipients[0].name == "duty"
