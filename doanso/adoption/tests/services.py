"""Two services that tests of several apps help with."""

from doanso.adoption.models import AdoptionStage, Obstacle, Service


def make_services() -> dict[str, Service]:
    """Portal and payment with ladders, and two obstacles."""
    made = {}
    for place, code in enumerate(("portal", "payment"), start=1):
        made[code] = Service.objects.create(
            code=code, name=f"Dịch vụ {code}", short_name=code, icon="id", position=place, steps=["Mở ứng dụng"]
        )
        for level, stage in enumerate(("none", "registered", "active")):
            AdoptionStage.objects.create(service=made[code], code=stage, level=level, name=f"Bậc {level}")
    Obstacle.objects.create(code="no-smartphone", name="Chưa có điện thoại thông minh", position=1)
    return made
