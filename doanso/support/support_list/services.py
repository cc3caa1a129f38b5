"""Names of each service in lists of people helped, and the columns in which rows are marked."""

from collections.abc import Iterable

from doanso.adoption.models import Service
from doanso.imports.ports import ListColumn
from doanso.support.support_list.columns import COLUMNS

MARK = "service_"
"""Prefix of a service's column code; a mark in it means support with that service."""

_GOES_BY = {
    "vneid": (
        "vneid",
        "cài vneid",
        "cài đặt vneid",
        "kích hoạt vneid",
        "vneid mức 2",
        "định danh điện tử",
        "định danh mức 2",
        "định danh điện tử mức 2",
        "tài khoản định danh",
        "tài khoản định danh điện tử",
        "đdđt",
        "định danh",
    ),
    "portal": (
        "dịch vụ công",
        "cổng dịch vụ công",
        "dịch vụ công trực tuyến",
        "dvc",
        "dvctt",
        "cổng dvc",
        "tài khoản dịch vụ công",
        "tài khoản dvc",
        "đăng ký dịch vụ công",
        "nộp hồ sơ trực tuyến",
        "nộp hồ sơ online",
        "dvcqg",
        "dịch vụ công quốc gia",
    ),
    "payment": (
        "thanh toán",
        "tài khoản thanh toán",
        "thanh toán không tiền mặt",
        "thanh toán không dùng tiền mặt",
        "ttkdtm",
        "tài khoản ngân hàng",
        "mở tài khoản",
        "mở tài khoản ngân hàng",
        "ngân hàng số",
        "ví điện tử",
        "mã qr",
        "qr",
        "ngân hàng",
        "app ngân hàng",
        "mobile banking",
        "internet banking",
        "momo",
        "chuyển khoản",
        "vietqr",
        "qr thanh toán",
    ),
    "tiengiangs": ("tiengiangs", "tiền giang s", "app tiền giang s", "ứng dụng tiengiangs", "tgs"),
}


def names_of(service: Service) -> tuple[str, ...]:
    """Return the names that lists use for the service; a new one has its own names only."""
    return (service.name, service.short_name, *_GOES_BY.get(service.pk, ()), service.pk)


def with_services(services: Iterable[Service]) -> tuple[ListColumn, ...]:
    """Return all columns; each service may have one of its own in which rows are marked."""
    marks = (
        ListColumn(f"{MARK}{service.pk}", service.short_name, names_of(service), 12, only_read=True)
        for service in services
    )
    return (*COLUMNS, *marks)
