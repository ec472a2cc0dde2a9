"""What this app adds to the lists of the apps below it."""

from accounts.own_data import witnesses
from core import desk
from core.worker.companions import companions
from core.worker.ticks import ticks
from interchange import alarm, keeping, remembering
from interchange.bringing import working

ticks.extend([remembering.write_down, keeping.make_when_due, alarm.sound])
companions.extend([working.keep_bringing, working.keep_fetching])
desk.lines.append(alarm.desk_line)
witnesses.append(remembering.witness)
