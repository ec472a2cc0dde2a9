"""One user model for readers and editors, known by e-mail address."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.groups import OF_THE_DESK
from accounts.pictures import random_name
from core.mail.messages import normal


class UserQuerySet(models.QuerySet["User"]):
    def staff(self) -> "UserQuerySet":
        """Those to whom the desk is open, see `User.is_staff`."""
        in_group = self.model.groups.through.objects.filter(user=models.OuterRef("pk"), group__name__in=OF_THE_DESK)
        return self.filter(models.Q(is_let_in=True) | models.Exists(in_group), is_active=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a new person; without a password they can sign in only by other means."""
        user = self.model(email=email, **fields)
        user.clean()
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person who may do everything."""
        return self.create_user(email, password, **{"is_let_in": True, "is_superuser": True, **fields})

    def for_address(self, email: str) -> "User":
        """The account of an address that has been shown to be somebody's; a new one, without a way in, where there is
        none."""
        email = normal(email)
        self.bulk_create([self.model(email=email, password=make_password(None))], ignore_conflicts=True)
        return self.get(email=email)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, whatever its capitals."""
        return self.get(email=normal(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: a reader, and in one of the groups someone who works at the desk."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("display name"), max_length=80, blank=True, help_text=_("The name that others see.")
    )
    headline = models.CharField(
        _("headline"), max_length=160, blank=True, help_text=_("Who they are, in one line; shown beside the name.")
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=settings.LANGUAGES, help_text=_("For pages and mail.")
    )
    picture = models.FileField(_("picture"), upload_to=random_name, blank=True, editable=False)
    is_confirmed = models.BooleanField(
        _("address confirmed"),
        default=True,
        editable=False,
        help_text=_("False until a code sent to the address has come back, where people came by themselves."),
    )
    is_let_in = models.BooleanField(_("comes to the desk without a group"), default=False)
    is_active = models.BooleanField(
        _("may sign in"), default=True, help_text=_("Take this away instead of deleting the account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("For the times that the desk shows and asks for.")
    )

    #: See `core.grams`.
    grams = ("email", "display_name", "headline")

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.display_name or self.email

    get_full_name = get_short_name = __str__

    def clean(self) -> None:
        super().clean()
        self.email = normal(self.email)

    @cached_property
    def is_staff(self) -> bool:
        """Whether the desk is open to them: by their group, or because they were let in by hand."""
        return self.is_let_in or bool(self.pk and self.groups.filter(name__in=OF_THE_DESK).exists())
