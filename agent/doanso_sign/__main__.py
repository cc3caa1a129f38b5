"""`doanso-sign`: starts the program and says where it listens."""

import argparse
import sys
import tomllib
from pathlib import Path

from doanso_sign.keys import P12, Keys, Token
from doanso_sign.upstream import Upstream
from doanso_sign.window import Desk, Server

SETTINGS = Path.home() / ".config" / "doanso-sign.toml"
PORT = 9711


def _settings(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def main(arguments: list[str] | None = None) -> int:
    """Read where the server and the key are, and listen until somebody stops it."""
    parser = argparse.ArgumentParser(prog="doanso-sign", description="Ký văn bản Đoàn Số bằng thiết bị ký của bạn.")
    parser.add_argument("--settings", type=Path, default=SETTINGS, help="tệp cấu hình")
    parser.add_argument("--server", help="địa chỉ máy chủ Đoàn Số")
    parser.add_argument("--module", help="thư viện PKCS#11 của thiết bị ký")
    parser.add_argument("--p12", help="tệp .p12, chỉ để dùng thử")
    parser.add_argument("--port", type=int, help=f"cổng trên máy này (mặc định {PORT}; 0: cổng bất kỳ)")
    options = parser.parse_args(arguments)
    kept = _settings(options.settings)
    server, module = options.server or kept.get("server"), options.module or kept.get("module")
    p12, port = options.p12 or kept.get("p12"), options.port if options.port is not None else kept.get("port", PORT)
    if not server or not (module or p12):
        parser.error("cần --server và --module (hoặc --p12)")
    try:
        keys: Keys = P12(str(p12)) if p12 else Token(str(module))
        listening = Server(int(str(port)), Desk(Upstream(str(server)), keys))
    except (ValueError, OSError, RuntimeError) as problem:
        print(f"doanso-sign: {problem}", file=sys.stderr)
        return 1
    print(f"doanso-sign: {listening.origin}/sign  ->  {server}", flush=True)
    try:
        listening.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
