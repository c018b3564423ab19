"""The routes of `/api/v1`, loaded with the first call: its library weighs 11 MB a worker, and most workers never see one."""

from knowledge.outside.api import api

urlpatterns = api.urls[0]
