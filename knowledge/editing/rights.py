"""Who may do what with articles."""

from django.db.models import Q, QuerySet

from knowledge.models import Article
from portal import access
from portal.access import Anyone, grant
from portal.models import Role

WRITE = "knowledge.change_article"
PUBLISH = "knowledge.publish_article"
STEER = "knowledge.steer_search"
STEERING_MODELS = ("synonym", "pin", "blockedsuggestion", "topic")


def grant_all() -> None:
    """Clerks write about their department's services, leads and editors publish, editors steer the search."""
    for role in (Role.CLERK, Role.LEAD, Role.EDITOR):
        grant(role, WRITE)
    for role in (Role.LEAD, Role.EDITOR):
        grant(role, PUBLISH)
    grant(Role.EDITOR, STEER, "knowledge.view_knowledgesettings", "knowledge.change_knowledgesettings")
    for model in STEERING_MODELS:
        grant(Role.EDITOR, *(f"knowledge.{verb}_{model}" for verb in ("view", "add", "change", "delete")))


def may(user: Anyone, permission: str, article: Article) -> bool:
    """Editors may work on every article; others on those of their departments and on those of nobody."""
    if not access.may(user, permission):
        return False
    return sees_all(user) or article.department_id is None or access.may(user, permission, article)


def sees_all(user: Anyone) -> bool:
    return access.is_administrator(user) or access.departments(user, Role.EDITOR).exists()


def visible(user: Anyone) -> QuerySet[Article]:
    if sees_all(user):
        return Article.objects.all()
    own = access.departments_with(user, WRITE)
    return Article.objects.filter(Q(department__in=own) | Q(department=None))
