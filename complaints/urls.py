"""Public pages about reports, under /anliegen/."""

from django.urls import URLPattern, path

from complaints.views import mine

app_name = "complaints"
urlpatterns: list[URLPattern] = [
    path("mein/<str:token>/", mine.mine, name="mine"),
]
