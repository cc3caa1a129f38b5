"""A shop of a unit with a code, a change that waits, a check and an open alarm, as rows."""

import io
from datetime import timedelta

from PIL import Image

from doanso.accounts.models import User
from doanso.cashless import code_keys
from doanso.cashless.models import AlarmCause, AlarmPhoto, CheckOrigin, CodeAlarm, CodeChange, Shop, ShopCheck, ShopCode
from doanso.files.actions import store
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietqr import VietQR
from doanso.people.models import Business
from doanso.units.models import Unit


def example_shop(unit: Unit, author: User) -> dict[str, object]:
    """Write the rows; return the arguments of the routes that name one of them."""
    now, today = clock.now(), clock.today()
    business = Business.objects.create(
        unit=unit,
        name="Cô Ba bán cá",
        folded="co ba ban ca",
        address="12 Lê Lợi",
        created_at=now,
        updated_at=now,
    )
    shop = Shop.objects.create(
        business=business,
        unit=unit,
        label="Chợ Mỹ Tho · sạp A12",
        folded="cho my tho · sap a12",
        state="displayed",
        checked_on=today,
        made_at=now,
        made_by=author,
    )
    since = today - timedelta(days=9)
    consent = {"consent_text": "2023-11", "consent_on": since}
    code = ShopCode(shop=shop, since=since, since_at=now, made_at=now, made_by=author, consent_by=author, **consent)
    code_keys.put_account(code, VietQR("970436", f"01234{uuid7().int % 100_000:05}"))
    code.save(force_insert=True)
    change = CodeChange(
        shop=shop, unit=unit, why="Đổi ngân hàng", requested_at=now, requested_on=today, requested_by=author, **consent
    )
    code_keys.put_account(change, VietQR("970416", f"25767{uuid7().int % 100_000:05}"))
    change.save(force_insert=True)
    alarm = CodeAlarm.objects.create(
        shop=shop,
        unit=unit,
        cause=AlarmCause.DIFFERENT,
        bank_bin="970405",
        last_four="0000",
        seen_at=now,
        seen_on=today,
        seen_by_words="Ai Đó",
        raised_at=now,
        raised_on=today,
    )
    check = ShopCheck.objects.create(
        shop=shop,
        unit=unit,
        happened_on=today,
        seen_at=now,
        origin=CheckOrigin.DESK,
        state="displayed",
        scan="different",
        bank_bin="970405",
        last_four="0000",
        alarm=alarm,
        first_name="Ai Đó",
        made_by=author,
        made_at=now,
        arrived_on=today,
    )
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    blob = store(source=out.getvalue(), name="anh.jpg", limit=1 << 20, kind=Kind.JPEG)
    photo = AlarmPhoto.objects.create(alarm=alarm, blob=blob, added_at=now, added_on=today, added_by=author)
    return {
        "business_id": business.pk,
        "code_change_id": change.pk,
        "alarm_id": alarm.pk,
        "alarm_photo_id": photo.pk,
        "check_id": check.pk,
    }
