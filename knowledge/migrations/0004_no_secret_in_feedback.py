"""Feedback on a citizen's own page kept the secret part of its address; what was kept loses it."""

from django.db import migrations

WITHOUT = r"""
UPDATE knowledge_feedback SET path = regexp_replace(
    path,
    '^((?:/[a-z]{2})?/(?:termine/(?:reservierung|mein|warteliste(?:/angebot)?)|anliegen/(?:mein|folgen|melden)|halle/terminal))/[A-Za-z0-9:_-]{20,}/',
    '\\1/…/'
) WHERE path ~ '/[A-Za-z0-9:_-]{20,}/'
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_fees_in_the_citys_currency")]

    operations = [migrations.RunSQL(WITHOUT, migrations.RunSQL.noop)]
