"""Addresses under /open311/, as GeoReport v2 names them. The format is the ending of the path."""

from django.urls import re_path

from complaints.open311 import views

_FORM = r"\.(?P<form>[A-Za-z0-9]+)$"

urlpatterns = [
    re_path(r"^discovery" + _FORM, views.discovery, name="discovery"),
    re_path(r"^v2/discovery" + _FORM, views.discovery),  # clients that know the endpoint alone ask there
    re_path(r"^v2/services" + _FORM, views.services, name="services"),
    re_path(r"^v2/services/(?P<code>[^/]+)" + _FORM, views.definition, name="definition"),
    re_path(r"^v2/requests" + _FORM, views.requests, name="requests"),
    re_path(r"^v2/requests/(?P<number>[^/]+)" + _FORM, views.request, name="request"),
    re_path(r"^v2/tokens/(?P<token>[^/]+)" + _FORM, views.token, name="token"),
    re_path(r"^v2/servicerequestupdates" + _FORM, views.updates, name="updates"),
]
