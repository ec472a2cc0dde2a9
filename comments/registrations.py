"""What this app adds to the registries of the apps below. Imported once all models are there."""

from django.utils.translation import gettext_lazy as _

from accounts.menu import Page, own_pages
from accounts.own_data import preparations, sources
from accounts.profiles import profile_changed
from comments import bringing_in, steering, waiting
from comments import demo as conversations
from comments.naming import show_profile
from comments.notices import digesting, muting, timing
from comments.own_data import Conversation, take_back_in_pieces
from comments.rendering import render_all
from comments.showing import talks_in
from core import desk, outbox, page_cache
from core.ticks import ticks
from newsletter import demo, publishing, rendering, talks

publishing.foreseers.append(steering.foresee)
demo.continuations.append(conversations.load)
rendering.continuations.append(render_all)
talks.sources.append(talks_in)
talks.archives.append(bringing_in)
ticks.extend([timing.write_due, timing.forget, digesting.tell_moderators])
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
desk.lines.append(waiting.waiting_line)
page_cache.next_changes.append(steering.next_closing)
outbox.objections.append(timing.change_of)
outbox.on_leave.append(muting.leave)
