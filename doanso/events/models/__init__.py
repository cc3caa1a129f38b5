"""Tables of events: the events and their parts, tickets, who came, and photos."""

from doanso.events.models.attendance import Attendance as Attendance
from doanso.events.models.attendance import CheckIn as CheckIn
from doanso.events.models.attendance import CheckInDirection as CheckInDirection
from doanso.events.models.attendance import CheckInMethod as CheckInMethod
from doanso.events.models.events import Booth as Booth
from doanso.events.models.events import BudgetLine as BudgetLine
from doanso.events.models.events import Event as Event
from doanso.events.models.events import EventChange as EventChange
from doanso.events.models.events import EventChangeKind as EventChangeKind
from doanso.events.models.events import EventPartner as EventPartner
from doanso.events.models.events import EventState as EventState
from doanso.events.models.events import Material as Material
from doanso.events.models.events import Shift as Shift
from doanso.events.models.events import ShiftVolunteer as ShiftVolunteer
from doanso.events.models.events import TimetableLine as TimetableLine
from doanso.events.models.photos import EventPhoto as EventPhoto
from doanso.events.models.photos import PhotoSubjects as PhotoSubjects
from doanso.events.models.registrations import Registration as Registration
from doanso.events.models.registrations import RegistrationSource as RegistrationSource
from doanso.events.models.registrations import RegistrationState as RegistrationState
