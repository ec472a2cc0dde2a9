"""People in the admin, for the site's owners alone."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import ManyToManyField, QuerySet
from django.forms import CheckboxSelectMultiple, ChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.names import clean_headline, clean_name
from accounts.own_data import erase_account
from accounts.profiles import VISIBLE, tell
from accounts.sessions import end_all_sessions
from core.grams import SearchedAdmin
from core.zones import zones

# What people see of these is on their own pages; a change form would show the secrets of second factors.
admin.site.unregister([Authenticator, EmailAddress, UserSession])

HELP = {
    "email": _("They sign in with it. Nobody else sees it."),
    "time_zone": _("For the times that the desk shows them and asks them for."),
    "groups": _("Editors look after content, moderators after discussions. Either group opens the desk to them."),
    "is_let_in": _("Only for groups of your own: those of editors and moderators need no tick here."),
}


class CleanNames:
    """Names and headlines as everybody else's are cleaned; here both may be empty."""

    cleaned_data: dict[str, Any]
    instance: User

    def clean_display_name(self) -> str:
        name = self.cleaned_data["display_name"]
        return clean_name(name, user=self.instance) if name else ""

    def clean_headline(self) -> str:
        return clean_headline(self.cleaned_data["headline"], user=self.instance)


class NewPersonForm(CleanNames, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name")
        help_texts: ClassVar = HELP


class PersonForm(CleanNames, UserChangeForm):
    time_zone = ChoiceField(label=_("time zone"), choices=zones, required=False, help_text=HELP["time_zone"])

    class Meta:
        model = User
        fields = "__all__"
        help_texts: ClassVar = HELP


@admin.register(User)
class PersonAdmin(SearchedAdmin, UserAdmin):
    add_form = NewPersonForm
    form = PersonForm
    list_display = ("email", "display_name", "headline", "offices", "is_active", "last_login")
    list_filter = ("groups", "is_superuser", "is_active")
    search_fields = ("email", "display_name", "headline")
    ordering = ("email",)
    date_hierarchy = "date_joined"
    filter_horizontal = ()
    formfield_overrides: ClassVar = {ManyToManyField: {"widget": CheckboxSelectMultiple}}
    actions = ("remove_second_factors",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ["email", "password"]}),
        (_("As others see them"), {"fields": ["display_name", "headline", "language", "time_zone"]}),
        (_("What they may do"), {"fields": ["groups", "is_active", "is_superuser", "is_let_in"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    )
    add_fieldsets = ((None, {"fields": ["email", "display_name", "usable_password", "password1", "password2"]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def offices(self, person: User) -> str:
        owner = [_("owner")] if person.is_superuser else []
        return ", ".join(str(office) for office in (*owner, *person.groups.all()))

    @admin.action(description=_("Remove the second factors of selected people"))
    def remove_second_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For those who have lost their device and their recovery codes, once you know that it is them who ask."""
        count = people.filter(authenticator__isnull=False).distinct().count()
        Authenticator.objects.filter(user__in=people).delete()
        done = ngettext("%d person signs in without one now.", "%d people sign in without one now.", count)
        messages.success(request, done % count)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Tell those who show the person, and sign out whoever may not sign in any more."""
        super().save_model(request, obj, form, change)
        if VISIBLE & set(form.changed_data):
            tell(obj)
        if not obj.is_active:
            end_all_sessions(obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """As people do it themselves; their words stay, without a name."""
        erase_account(obj, keep_words=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            erase_account(person, keep_words=True)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who can change people can make themselves a superuser, so only superusers can."""
        return request.user.is_superuser

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission
