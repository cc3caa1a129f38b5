"""Đoàn Số: from a programme's targets to figures that open down to their records."""
