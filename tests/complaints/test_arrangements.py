"""What the city has arranged is kept per process; an edit by whatever hand counts at once."""

import pytest
from django import forms
from django.db import connection
from django.forms import modelform_factory
from django.urls import reverse

from complaints.admin import AnswersField, CategoryForm
from complaints.models import Area, Attribute, Category, RoutingRule
from complaints.places import geometry
from complaints.rules import arrangements, routing
from portal import backoffice
from portal.models import Department, Role
from portal.staff.office_lists import ReadOnlyAdmin
from tests.builders import a_clerk, a_department
from tests.complaints.builders import HERE, a_category, a_question, a_square, an_area, complaint_settings
from tests.html_forms import sent

pytestmark = pytest.mark.django_db


def test_nothing_is_read_again_as_long_as_nobody_edits(django_assert_num_queries):
    a_category()
    first = arrangements.current()
    with django_assert_num_queries(1):
        assert arrangements.current() is first


def test_a_topic_renamed_or_taken_out_of_use_counts_at_once():
    topic = a_category()
    assert topic.pk in arrangements.current().topics
    Category.objects.filter(pk=topic.pk).update(name="Ampel")
    assert arrangements.current().topics[topic.pk].name == "Ampel"
    Category.objects.filter(pk=topic.pk).update(active=False)
    assert topic.pk not in arrangements.current().topics


def test_a_question_asked_or_dropped_counts_at_once():
    topic = a_category()
    arrangements.current()
    question = a_question(topic, code="pole")
    assert [one.code for one in arrangements.current().topics[topic.pk].attributes.all()] == ["pole"]
    Attribute.objects.filter(pk=question.pk).delete()
    assert not arrangements.current().topics[topic.pk].attributes.all()


def test_a_rule_moved_area_new_boundary_or_renamed_department_counts_at_once():
    topic, unit = a_category(), a_department()
    area = an_area()
    question = routing.Question("Lampe dunkel", "defect", topic, area.pk)
    assert routing.route(question, arrangements.current()).rule is None
    RoutingRule.objects.create(name="alles", department=unit)
    assert routing.route(question, arrangements.current()).department == unit
    Department.objects.filter(pk=unit.pk).update(email="neu@stadt.example")
    assert routing.route(question, arrangements.current()).department.email == "neu@stadt.example"
    assert routing.area_at(*HERE, arrangements.current()) == area
    Area.objects.filter(pk=area.pk).update(geometry=a_square(20.0, 20.0, 1.0))
    with pytest.raises(routing.OutsideCity):
        routing.area_at(*HERE, arrangements.current())
    complaint_settings(boundary=a_square(11.0, 48.0, 1.0))
    assert routing.area_at(*HERE, arrangements.current()) is None


def test_an_edit_that_is_taken_back_leaves_what_was_before():
    topic = a_category(name="Ampel")
    before = arrangements.current()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT edit")
        Category.objects.filter(pk=topic.pk).update(name="Laterne")
        assert arrangements.current().topics[topic.pk].name == "Laterne"
        cursor.execute("ROLLBACK TO SAVEPOINT edit")
    assert arrangements.current().stamp == before.stamp
    assert arrangements.current().topics[topic.pk].name == "Ampel"


def test_answers_to_choose_from_are_written_one_a_line():
    field = AnswersField(required=False)
    answers = field.clean("1 = eine Lampe\n\nDie ganze Straße\n a=b=c ")
    assert answers == [
        {"key": "1", "name": "eine Lampe"},
        {"key": "die-ganze-strae", "name": "Die ganze Straße"},
        {"key": "a", "name": "b=c"},
    ]
    assert field.clean(field.prepare_value(answers)) == answers


@pytest.mark.parametrize("text", ["1 = eine\n1 = zwei", "1 ="])
def test_answers_without_words_or_with_one_key_are_refused(text):
    with pytest.raises(forms.ValidationError):
        AnswersField(required=False).clean(text)


LESZNO = (51.84, 16.57)


def a_ring(*corners):
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


IN_DEGREES = a_ring([16.5, 51.8], [16.7, 51.8], [16.7, 51.9])
IN_METRES = a_ring([330000, 5740000], [340000, 5740000], [340000, 5750000])
LATITUDE_FIRST = a_ring([51.8, 16.5], [51.8, 16.7], [51.9, 16.7])
OTHER_SYSTEM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2180"}}
SAME_SYSTEM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


@pytest.mark.parametrize(
    ("geojson", "reason"),
    [
        (IN_METRES, geometry.NoDegrees),
        (LATITUDE_FIRST, geometry.Swapped),
        (IN_DEGREES | {"crs": OTHER_SYSTEM}, geometry.NoDegrees),
        (a_ring([float("nan"), 51.8], [16.7, 51.8], [16.7, 51.9]), geometry.NotAPolygon),
        ({"type": "Point", "coordinates": [16.5, 51.8]}, geometry.NotAPolygon),
        ([], geometry.NotAPolygon),
    ],
)
def test_an_area_that_lies_nowhere_near_is_refused_with_its_reason(geojson, reason):
    with pytest.raises(geometry.NotAPolygon) as refused:
        geometry.usable(geojson, city=LESZNO)
    assert refused.type is reason


def test_areas_of_several_parts_and_with_holes_are_taken():
    parts = {"type": "MultiPolygon", "coordinates": [IN_DEGREES["coordinates"]], "crs": SAME_SYSTEM}
    assert geometry.usable(parts, city=LESZNO).contains(51.81, 16.68)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("names", '["Lamp"]'),
        ("names", '{"en": 5}'),
        ("service_code", "a/b"),
        ("service_code", "lampe"),
        ("parent", "below"),
    ],
)
def test_a_category_that_no_program_could_read_is_refused(field, value):
    below = a_category(slug="lampe")
    form = modelform_factory(Category, form=CategoryForm, fields="__all__")(
        {"slug": "neu", field: below.pk if value == "below" else value}
    )
    assert not form.is_valid()
    assert field in form.errors


def test_what_the_database_would_refuse_is_told_in_words(client):
    client.force_login(a_clerk(Role.ADMINISTRATOR))
    category = a_category(parent=None)
    url = reverse("admin:complaints_category_change", args=[category.pk])
    assert "nicht über sich selbst stehen" in sent(client, url, parent=category.pk).content.decode()
    question = {
        "datatype": "string",
        "description": "Welche?",
        "order": "1",
        "code": "pole",
        "category": category.pk,
    }
    rows = {f"attributes-{row}-{name}": value for row in (0, 1) for name, value in question.items()}
    page = sent(client, url, **rows, **{"attributes-TOTAL_FORMS": "2"})
    assert page.status_code == 200
    assert "mit diesem Code" in page.content.decode()
    assert not category.attributes.exists()


def test_each_rule_behind_a_form_of_the_back_office_has_its_sentence():
    own = [
        (model, admin)
        for model, admin in backoffice.site._registry.items()
        if not isinstance(admin, ReadOnlyAdmin)
    ]
    forms_of = [made for model, admin in own for made in (model, *(inline.model for inline in admin.inlines))]
    unsaid = [
        constraint.name
        for model in forms_of
        if model._meta.app_label in {"complaints", "knowledge"}
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
        # Django has words of its own for these
        and (getattr(constraint, "condition", None) or not getattr(constraint, "fields", None))
    ]
    assert unsaid == []
