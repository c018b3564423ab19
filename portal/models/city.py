"""What makes this portal the portal of one city: a single row that the administrators edit."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from portal.kept_values import values


class Country(models.TextChoices):
    AT = "AT", _("Austria")
    BG = "BG", _("Bulgaria")
    CZ = "CZ", _("Czechia")
    DE = "DE", _("Germany")
    HU = "HU", _("Hungary")
    PL = "PL", _("Poland")


_HOME = {
    "bg": Country.BG,
    "cs": Country.CZ,
    "hu": Country.HU,
    "pl": Country.PL,
}  # until a city says where it lies


class City(models.Model):
    """Name, look, law and contact of the city; exactly one row, number 1."""

    CACHE_KEY: ClassVar[str] = "portal.city"
    LAST_KEY: ClassVar[str] = "portal.city.last"
    CACHE_SECONDS: ClassVar[int] = 10  # a second host sees an edit after at most this long

    name = models.CharField(_("name"), max_length=120, default="Musterstadt")
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.DE)
    subdivision = models.CharField(
        _("state or region"),
        max_length=10,
        blank=True,
        help_text=_("Code of the holiday calendar, e.g. BW or 3."),
    )
    languages = models.JSONField(_("languages offered"), default=list, blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#17469e",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour like #17469e."))],
    )
    logo = models.ImageField(_("logo"), upload_to="city/", blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    phone_hours = models.CharField(_("phone hours"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), blank=True)
    imprint = models.TextField(_("imprint"), blank=True)
    privacy = models.TextField(_("privacy notice"), blank=True)
    accessibility = models.TextField(_("accessibility statement"), blank=True)
    accessibility_law = models.CharField(_("accessibility law"), max_length=200, blank=True)
    complaint_body = models.TextField(_("accessibility complaint body"), blank=True)
    plain_language = models.TextField(_("plain language introduction"), blank=True)
    sign_language_url = models.URLField(_("sign language video"), blank=True)
    map_tiles_url = models.CharField(_("map tiles address"), max_length=300, blank=True)
    map_attribution = models.CharField(_("map attribution"), max_length=200, blank=True)
    map_latitude = models.FloatField(_("latitude of the centre"), default=48.68)
    map_longitude = models.FloatField(_("longitude of the centre"), default=10.15)
    map_zoom = models.PositiveSmallIntegerField(_("map zoom"), default=13)
    assistant_name = models.CharField(_("name of the assistant"), max_length=40, default="Lina")
    assistant_greeting = models.CharField(_("greeting of the assistant"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("city")
        constraints = [
            models.CheckConstraint(name="city_is_one_row", condition=models.Q(pk=1)),
            models.CheckConstraint(name="city_country_known", condition=models.Q(country__in=Country.values)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def written_languages(self) -> list[str]:
        """The languages that the city writes its texts in, its own first; where none is chosen, that of the installation."""
        known = dict(settings.LANGUAGES)
        return [code for code in self.languages or () if code in known] or [settings.LANGUAGE_CODE]

    @property
    def own_language(self) -> str:
        return self.written_languages[0]

    @classmethod
    def current(cls) -> "City":
        """The city, at most CACHE_SECONDS old; an unsaved default before the first set-up."""
        city: City | None = values().get(cls.CACHE_KEY)
        if city is None:
            city = cls.objects.filter(pk=1).first() or cls.before_set_up()
            city.remember()
        return city

    @classmethod
    def before_set_up(cls) -> "City":
        """A city of the language that was installed, until an administrator enters the real one."""
        with override(settings.LANGUAGE_CODE):
            return cls(pk=1, name=gettext("Our city"), country=_HOME.get(settings.LANGUAGE_CODE, Country.DE))

    def remember(self) -> None:
        """Keep this row, just read, as the current one."""
        values().set(self.CACHE_KEY, self, self.CACHE_SECONDS)
        values().set(self.LAST_KEY, self, None)

    @classmethod
    def last_known(cls) -> "City | None":
        """The city as this process last saw it, without asking the database (which may be away)."""
        city: City | None = values().get(cls.LAST_KEY)
        return city
