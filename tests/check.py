"""`make check`: every gate runs, the failing ones are shown, one failure is enough to fail."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.running import embedded

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
# check --deploy judges a host in production, so it is shown the environment of one
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "buergerhaus.example",
    "PUBLIC_URL": "https://buergerhaus.example",
    "EMAIL_HOST": "mail.example",
    "DEBUG": "0",
    "INSECURE_HTTP": "0",
}
APPS = ["portal", "appointments", "complaints", "knowledge", "language", "assistant"]

GATES: dict[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "types": [str(BIN / "mypy"), "."],
    "import contracts": [str(BIN / "lint-imports")],
    "templates": [str(BIN / "djhtml"), "--check", "templates"],
    "layers": [sys.executable, "-c", "import sys; from tests.architecture import layers; f = list(layers.upward_imports()); print(*f, sep=chr(10)); sys.exit(bool(f))"],
    "house rules": [sys.executable, "-c", "import sys; from tests.architecture import limits; f = limits.every_rule(); "
                    "print(*f, sep='\\n'); sys.exit(bool(f))"],
    "texts": [*MANAGE, "texts", "--check"],
    "migrations complete": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "migrations safe": [*MANAGE, "lintmigrations", "--settings", "tests.lint_settings", "--warnings-as-errors", "--quiet", "ok", "ignore",
                        "--include-apps", *APPS],
    "static files": [*MANAGE, "collectstatic", "--noinput", "-v0"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}  # fmt: skip


# every file that a style sheet names must be there; in a folder of its own, without a database
SURROUNDINGS = {
    "deployment": PRODUCTION,
    "static files": {"DATA_DIR": tempfile.mkdtemp(prefix="check-"), "DATABASE_URL": "postgresql:///unused"},
}


def main() -> int:
    chosen = sys.argv[1:] or list(GATES)
    with embedded.held() if embedded.wanted() else open(os.devnull), ThreadPoolExecutor(2) as pool:
        results = list(pool.map(_run, chosen))
    shutil.rmtree(SURROUNDINGS["static files"]["DATA_DIR"], ignore_errors=True)
    return int(not all(results))


def _run(gate: str) -> bool:
    started = time.monotonic()
    surroundings = {**os.environ, **SURROUNDINGS.get(gate, {})}
    done = subprocess.run(
        GATES[gate], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    verdict = "ok    " if done.returncode == 0 else "FAILED"
    said = "" if done.returncode == 0 else f"\n{done.stdout}{done.stderr}".rstrip()
    print(f"{verdict} {gate} ({time.monotonic() - started:.1f} s){said}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
