"""Signs documents of Đoàn Số with the key in the user's own machine."""
