"""What this app adds to the registries of the apps below. Imported once all models are there."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, MODERATORS, Grant, grants
from accounts.menu import Page, own_pages
from accounts.own_data import preparations, sources
from accounts.profiles import profile_changed
from comments import bringing_in, quoting, steering
from comments import demo as conversations
from comments.counting import comments_by_day
from comments.models import Comment, Discussion
from comments.naming import show_profile
from comments.notices import digesting, muting, timing
from comments.own_data import Conversation, take_back_in_pieces
from comments.rendering import render_anew, render_introductions
from comments.showing import most_discussed, talks_in
from core import changes, desk
from core.mail import outbox
from core.markup import RENDERER_VERSION
from core.markup.comments import COMMENT_RENDERER_VERSION
from core.worker.ticks import sweeps, ticks
from newsletter import demo, further, publishing, rendering, sayings, talks

publishing.foreseers.append(steering.foresee)
grants.extend(
    [
        Grant(
            MODERATORS, [model._meta.label_lower for model in apps.get_app_config("comments").get_models()], ["view"]
        ),
        Grant(MODERATORS, ["comments.comment"], ["moderate", "feature"]),
        Grant(MODERATORS, ["comments.rule"], ["add", "change", "delete"]),
        Grant(MODERATORS, ["comments.discussion"], ["change"]),
        Grant(EDITORS, ["comments.comment"], ["view", "feature"]),
        Grant(EDITORS, ["comments.discussion", "comments.policy"], ["view", "add", "change"]),
    ]
)
demo.continuations.append(conversations.load)
demo.removals.append(conversations.remove)
rendering.kinds.append(rendering.Kind(Comment, COMMENT_RENDERER_VERSION, render_anew))
rendering.kinds.append(rendering.Kind(Discussion, RENDERER_VERSION, render_introductions))
talks.sources.append(talks_in)
further.lists.append(further.Further(_("Most discussed"), "shows_discussed", most_discussed))
sayings.sources.append(quoting.SOURCE)
talks.archives.append(bringing_in)
ticks.extend([timing.write_due, digesting.tell_moderators])
sweeps.append(timing.forget)
own_pages.extend(
    [
        Page(_("My comments"), "comments:my-comments"),
        Page(_("What I follow"), "comments:my-discussions"),
        Page(_("Notifications"), "comments:notifications"),
    ]
)
profile_changed.append(show_profile)
sources.append(Conversation())
preparations.append(take_back_in_pieces)
desk.lines.append(digesting.waiting_line)
desk.happenings.append(comments_by_day)
changes.next_changes.append(steering.next_closing)
outbox.objections.append(timing.change_of)
outbox.on_leave.append(muting.leave)
