"""What the worker does for complaints. Every job may run twice."""

import subprocess
import sys

from django.conf import settings
from procrastinate.contrib.django import app

from complaints import suggestion
from complaints.models import Case


@app.task(name="complaints.teach", queueing_lock=None, pass_context=False)
def teach(case: int) -> None:
    """Teach the suggestion how a clerk filed this case."""
    filed = Case.objects.select_related("category").filter(pk=case, category__isnull=False).first()
    if filed is not None and filed.category is not None:
        suggestion.take_correction(text=filed.text, category=filed.category)


@app.periodic(cron="40 2 * * *")
@app.task(name="complaints.learn_categories", queueing_lock="complaints.learn_categories", pass_context=False)
def learn_categories(timestamp: int) -> None:
    """Every night: learn anew. In a process of its own, which gives its memory back."""
    subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), "learn_categories"], check=True)
