"""Actions on shops, checks, codes and alarms; each locks the shop's row first."""

from doanso.cashless.actions.alarm_photos import add_photo as add_photo
from doanso.cashless.actions.alarm_photos import erase_photo as erase_photo
from doanso.cashless.actions.alarms import resolve_alarm as resolve_alarm
from doanso.cashless.actions.changes import approve_change as approve_change
from doanso.cashless.actions.changes import object_to_change as object_to_change
from doanso.cashless.actions.changes import refuse_change as refuse_change
from doanso.cashless.actions.changes import request_change as request_change
from doanso.cashless.actions.changes import withdraw_change as withdraw_change
from doanso.cashless.actions.checks import CheckInput as CheckInput
from doanso.cashless.actions.checks import check_shop as check_shop
from doanso.cashless.actions.checks import take_back_check as take_back_check
from doanso.cashless.actions.codes import CodeInput as CodeInput
from doanso.cashless.actions.codes import end_code as end_code
from doanso.cashless.actions.codes import print_posters as print_posters
from doanso.cashless.actions.codes import read_code as read_code
from doanso.cashless.actions.codes import register_code as register_code
from doanso.cashless.actions.following import FollowInput as FollowInput
from doanso.cashless.actions.following import follow_shops as follow_shops
