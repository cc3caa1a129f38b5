"""Tables of cashless payment at shops: the shops followed, what was seen there, their payment codes, and alarms."""

from doanso.cashless.models.codes import AccountKind as AccountKind
from doanso.cashless.models.codes import ChangeState as ChangeState
from doanso.cashless.models.codes import CodeChange as CodeChange
from doanso.cashless.models.codes import ShopCode as ShopCode
from doanso.cashless.models.shops import ACCEPTING as ACCEPTING
from doanso.cashless.models.shops import AlarmCause as AlarmCause
from doanso.cashless.models.shops import AlarmOutcome as AlarmOutcome
from doanso.cashless.models.shops import AlarmPhoto as AlarmPhoto
from doanso.cashless.models.shops import CheckOrigin as CheckOrigin
from doanso.cashless.models.shops import CodeAlarm as CodeAlarm
from doanso.cashless.models.shops import CodeAlarmState as CodeAlarmState
from doanso.cashless.models.shops import ScanResult as ScanResult
from doanso.cashless.models.shops import Shop as Shop
from doanso.cashless.models.shops import ShopCheck as ShopCheck
from doanso.cashless.models.shops import ShopState as ShopState
