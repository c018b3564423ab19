"""The house rules a machine can keep: sizes, banned words, banned markup. Each rule yields sentences about what breaks it."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

MODULE_LINES = 400
VIEW_MODULE_LINES = 250
FUNCTION_LINES = 50
VIEW_LINES = 30
TEMPLATE_LINES = 120

_BANNED_MODULES = {"utils.py", "helpers.py", "services.py", "common.py", "misc.py", "signals.py"}
_BANNED_CODE = {
    r"\bmark_safe\b": "mark_safe: use format_html",
    r"django\.db\.models\.signals|\bpre_save\b|\bpost_save\b|\bm2m_changed\b": "a Django signal: say it in the command",
    r"\bcsrf_exempt\b(?!.*#)": "csrf_exempt without a reason beside it",
}
_CALLED_SAFE = re.compile(r"\bSafeString\((?![\"'])")
_MAY_CALL_SAFE = {"portal/look/richtext.py", "knowledge/templatetags/knowledge.py"}
_BANNED_MARKUP = {
    r"\|\s*safe\b": "|safe",
    r"<style[\s>]": "an inline <style>",
    r"\sstyle\s*=": "a style attribute",
    r"<script(?![^>]*\bsrc=)[^>]*>": "an inline <script>",
    r"\son[a-z]+\s*=\s*[\"']": "an inline event handler",
    r"\shx-on[:\w-]*\s*=": "hx-on, an inline script",
    r"javascript:": "a javascript: address",
    r"<(?:script|img|iframe)[^>]*\ssrc=[\"']https?:": "a file from a foreign host",
    r"<link[^>]*rel=[\"']stylesheet[\"'][^>]*href=[\"']https?:": "a style sheet from a foreign host",
}
# put together here, so that this file does not break its own rule
_REGISTRIES = re.compile("|".join((r"registry\.npmjs\." + "org", r"pypi\." + "org", r"python" + "hosted")))


def every_rule() -> list[str]:
    rules: tuple[Callable[[], Iterator[str]], ...] = (modules, functions, templates, names_of_registries)
    return [finding for rule in rules for finding in rule()]


def _files(pattern: str) -> list[Path]:
    """Tracked and new files of the repository, ignored ones left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # an unpacked archive, not a clone
        paths = [path for path in ROOT.rglob(pattern.removeprefix(":(glob)**/")) if path.is_file()]
        return [
            path
            for path in paths
            if not {".venv", "node_modules", ".data"} & set(path.relative_to(ROOT).parts)
        ]
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def _modules() -> list[Path]:
    return [path for path in _files("*.py") if "migrations" not in path.parts]


def modules() -> Iterator[str]:
    for path in _modules():
        text, name = path.read_text(), path.relative_to(ROOT)
        limit = VIEW_MODULE_LINES if _is_view_module(path) else MODULE_LINES
        if (lines := text.count("\n")) > limit:
            yield f"{name}: {lines} lines, {limit} are allowed"
        if path.name in _BANNED_MODULES and path.parent.name != "models":
            yield f"{name}: a module is named after a task"
        if name.parts[0] != "tests":
            yield from _matches(name, text, _BANNED_CODE)
            if str(name) not in _MAY_CALL_SAFE and _CALLED_SAFE.search(text):
                yield f"{name}: SafeString(…): use format_html, or decide anew (decision 10)"


def functions() -> Iterator[str]:
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                limit = VIEW_LINES if _is_view(path, node) else FUNCTION_LINES
                if length > limit:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}() has {length} lines, {limit} are allowed"


def templates() -> Iterator[str]:
    for path in _files("*.html"):
        name = path.relative_to(ROOT)
        if "templates" not in name.parts:
            continue
        text = path.read_text()
        if (lines := text.count("\n")) > TEMPLATE_LINES:
            yield f"{name}: {lines} lines, {TEMPLATE_LINES} are allowed"
        if "mails" not in name.parts:  # readers of mail load no style sheet: their wrapper carries its own
            yield from _matches(name, text, _BANNED_MARKUP)
        if re.search(r"{%\s*autoescape\s+off", text):
            yield f"{name}: autoescape off"


def names_of_registries() -> Iterator[str]:
    for path in _files("*"):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if found := _REGISTRIES.search(text):
            yield f"{path.relative_to(ROOT)}: names the registry {found.group()}"


def _is_view_module(path: Path) -> bool:
    is_test = path.relative_to(ROOT).parts[0] == "tests"
    return not is_test and (
        path.stem == "views" or path.stem.endswith("_views") or path.parent.name == "views"
    )


def _is_view(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if node.name.startswith("_"):
        return False
    return _is_view_module(path) and bool(node.args.args) and node.args.args[0].arg == "request"


def _matches(name: Path, text: str, banned: dict[str, str]) -> Iterator[str]:
    for pattern, why in banned.items():
        for found in re.finditer(pattern, text):
            yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {why}"
