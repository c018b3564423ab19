"""Indexes for the filters of the inbox, made while citizens go on reporting."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q

NEWEST = (F("created_at").desc(), F("id").desc())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0004_open311_jurisdiction")]

    operations = [
        AddIndexConcurrently("case", models.Index("area", *NEWEST, name="case_of_area")),
        AddIndexConcurrently(
            "case",
            models.Index(
                "assignee", *NEWEST, name="case_once_of_clerk", condition=Q(assignee__isnull=False)
            ),
        ),
        AddIndexConcurrently(
            "case", models.Index(*NEWEST, name="case_complaints", condition=Q(kind="complaint"))
        ),
        RemoveIndexConcurrently("case", "case_public_area"),
    ]
