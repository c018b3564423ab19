"""What load balancers and monitors ask, outside of every language."""

from django.urls import path

from portal.running import health

app_name = "portal_machine"
urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
