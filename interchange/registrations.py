"""What this app adds to the lists of the apps below it."""

from accounts.groups import EDITORS, Grant, grants
from accounts.own_data import witnesses
from core import desk
from core.worker.companions import companions
from core.worker.ticks import sweeps, ticks
from interchange import alarm, demo, exporting, keeping, remembering
from interchange.admin.imports import import_lines
from interchange.admin.lists import list_lines
from interchange.bringing import uploads, working
from interchange.lists.working import keep_listing
from newsletter import demo as publication

ticks.extend([remembering.write_down, keeping.make_when_due, alarm.sound])
companions.extend([working.keep_bringing, working.keep_fetching, keep_listing])
publication.continuations.append(demo.load)
publication.removals.append(demo.remove)
sweeps.extend([uploads.sweep, exporting.sweep])
desk.lines.extend([alarm.desk_line, import_lines, list_lines])
grants.extend(
    [
        Grant(EDITORS, ["interchange.import"], ["view", "add"]),
        Grant(EDITORS, ["interchange.listimport"], ["view", "add"]),
        Grant(EDITORS, ["interchange.export"], ["add"]),
    ]
)
witnesses.append(remembering.witness)
