// @ts-check
// Words of the settings alone, which no first load needs; see words.js.

/**
 * "2 lượt"
 * @param {number} n @param {string} what
 */
const some = (n, what) => `${n.toLocaleString("vi-VN")} ${what}`;

export const words = {
  title: "Cài đặt",
  lock_title: "Khóa máy",
  lock: "Khóa ngay",
  change: "Đổi mã mở máy",
  old: "Mã hiện tại",
  fresh: "Mã mới",
  changed: "Đã đổi mã mở máy.",
  look: "Giao diện",
  themes: [{ value: "auto", label: "Theo điện thoại" }, { value: "light", label: "Sáng" }, { value: "dark", label: "Tối" }],
  backup: "Tệp sao lưu",
  backup_lead: "Giữ các lượt chưa gửi, đã niêm phong: chỉ máy chủ mở được.",
  backup_out: "Lưu tệp",
  storage: "Chỗ trống",
  free: (/** @type {string} */ size) => `Còn ${size}`,
  kept: "Trình duyệt cam kết không tự xóa.",
  not_kept: "Trình duyệt có thể tự xóa khi máy đầy.",
  keep: "Xin giữ lâu dài",
  clock: "Đồng hồ",
  clock_right: "Đúng giờ.",
  device: "Máy này",
  lease: (/** @type {string} */ at) => `Dùng được không cần mạng đến ${at}.`,
  version: "Bản",
  sign_out: "Đăng xuất khỏi máy này",
  sign_out_lead: "Danh sách nhà, bản nháp và quyền gửi sẽ được xóa khỏi máy.",
  sign_out_unsent: (/** @type {number} */ n) =>
    `${some(n, "lượt")} chưa gửi! Chúng được giữ lại trên máy, đã niêm phong, và gửi tiếp khi bạn đăng nhập lại. Nên chờ có mạng, hoặc lưu tệp sao lưu trước.`,
  sign_out_yes: "Đăng xuất",
  remove: "Gỡ ứng dụng khỏi máy này",
  remove_unsent: (/** @type {number} */ n) => `Còn ${some(n, "lượt")} chưa gửi nên chưa gỡ được. Chờ gửi xong, hoặc lưu tệp sao lưu và đưa cho cán bộ.`,
  remove_sure: "Gỡ hết: danh sách nhà, mã mở máy và ứng dụng? Điều đã gửi vẫn nằm ở máy chủ.",
  remove_yes: "Gỡ",
  removed: "Đã gỡ. Bạn có thể đóng trang này.",
};
