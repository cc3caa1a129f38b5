"""Actions on shops, checks, codes and alarms; each locks the shop's row first."""

from doanso.cashless.actions.following import FollowInput as FollowInput
from doanso.cashless.actions.following import follow_shops as follow_shops
