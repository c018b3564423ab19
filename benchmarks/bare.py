"""The yardstick: a Django with its usual middleware and one view that fills a template with 60 rows, without a query."""

import secrets

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

SECRET_KEY = secrets.token_urlsafe(40)
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = __name__
USE_TZ = True
INSTALLED_APPS: list[str] = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<table>{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.name }}</td><td>{{ row.when|date:"Y-m-d" }}</td>
<td>{% if row.open %}open{% else %}closed{% endif %}</td></tr>{% endfor %}</table></body></html>"""
_template = None


def rows(request: HttpRequest) -> HttpResponse:
    global _template
    _template = _template or engines["django"].from_string(_PAGE)
    lines = [{"number": n, "name": f"Row number {n}", "when": None, "open": n % 2} for n in range(60)]
    return HttpResponse(_template.render({"title": "Sixty rows", "rows": lines}, request))


urlpatterns = [path("", rows)]

if settings.ROOT_URLCONF == "benchmarks.bare":
    application = get_wsgi_application()
