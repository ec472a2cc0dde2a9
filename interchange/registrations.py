"""What this app adds to the lists of the apps below it."""

from accounts.own_data import witnesses
from core import desk
from core.worker.ticks import ticks
from interchange import alarm, keeping, remembering

ticks.extend([remembering.write_down, keeping.make_when_due, alarm.sound])
desk.lines.append(alarm.desk_line)
witnesses.append(remembering.witness)
