"""Certificates made for a test by the program openssl: an authority, and what it signs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


def make_authority(folder: Path, name: str = "ca") -> None:
    """Write NAME.pem and NAME.key into `folder`."""
    _openssl(
        folder, "req", "-x509", *_KEY, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"
    )


def sign(folder: Path, name: str, authority: str = "ca", address: str = "IP:127.0.0.1") -> None:
    """Write NAME.pem and NAME.key, signed by an authority in the same folder, for an address."""
    _openssl(
        folder, "req", "-x509", *_KEY, "-subj", f"/CN={name}", "-addext", f"subjectAltName={address}",
        "-addext", "basicConstraints=critical,CA:false",
        "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-keyout", f"{name}.key", "-out", f"{name}.pem",
    )  # fmt: skip


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
