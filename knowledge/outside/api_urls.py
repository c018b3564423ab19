"""The routes of `/api/v1`, loaded with the first call: its library weighs 11 MB a worker, and most workers never see one."""

from django.urls import URLPattern
from django.views.decorators.http import conditional_page

from knowledge.outside.api import api

urlpatterns = api.urls[0]
for pattern in urlpatterns:
    if isinstance(pattern, URLPattern):  # who asks again with the ETag is told "unchanged"
        pattern.callback = conditional_page(pattern.callback)
