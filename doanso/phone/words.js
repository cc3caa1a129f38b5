// @ts-check
// Every Vietnamese word of the app, in one place. Residents are "cô chú, bác"; whoever holds the phone is "bạn".

/**
 * "2 lượt"
 * @param {number} n @param {string} what
 */
const some = (n, what) => `${n.toLocaleString("vi-VN")} ${what}`;

export const words = {
  app: "Đến nhà 1+1",
  back: "Quay lại",
  leave: "Thoát, bản nháp được giữ",
  go_on: "Tiếp tục",
  cancel: "Thôi",
  save: "Lưu",
  never: "Không ai được hỏi mật khẩu, mã OTP, số tài khoản, hay chụp thẻ, chụp màn hình.",
  tabs: { doors: "Đến nhà", sent: "Đã gửi", settings: "Cài đặt" },
  slow: "Mạng chậm, đang thử lại.",
  optional: "(không bắt buộc)",

  bar: {
    offline: "Không có mạng.",
    held: (/** @type {number} */ n) => (n ? `${some(n, "lượt")} giữ trên máy, tự gửi sau.` : "Bạn vẫn ghi được, máy tự gửi sau."),
    server: "Máy chủ đang bận.",
    no_space: "Máy chủ hết chỗ lưu, cần báo cán bộ.",
    soon: "Đang giữ trên máy.",
    waits: (/** @type {number} */ n) => `${some(n, "lượt")} sẽ tự gửi.`,
    photos: (/** @type {number} */ n) => `${some(n, "ảnh")} chờ gửi.`,
    sending: (/** @type {number} */ n) => (n ? `Đang gửi ${some(n, "lượt")}` : "Đang gửi"),
    sent: "Đã gửi hết",
    sent_at: (/** @type {string} */ at) => `lúc ${at}`,
    kept: "Không mất dữ liệu.",
    needs: (/** @type {number} */ n) => `${some(n, "lượt")} cần bạn xem.`,
    pin: "Mở khóa để gửi tiếp.",
    sign_in: "Đăng nhập lại để gửi tiếp.",
    revoked: "Máy này không còn quyền gửi.",
    paused: "Hôm nay bạn chưa có vai trò đến nhà.",
    disk: "Máy gần hết chỗ.",
    lost_pin: "Có lượt chỉ còn trong tệp sao lưu.",
    bad_photos: "Có ảnh chưa gửi được.",
    look: "Xem",
    try: "Gửi ngay",
  },

  enrol: {
    title: "Nhận máy đi đến nhà",
    lead: "Máy này sẽ ghi được lượt đến nhà cả khi không có mạng. Làm một lần, lúc có mạng.",
    sign_in: "Đăng nhập",
    sign_in_first: "Bạn đăng nhập trước, rồi quay lại đây.",
    offline: "Chưa có mạng. Lần đầu cần có mạng để nhận máy; sau đó không cần nữa.",
    again: "Thử lại",
    hello: (/** @type {string} */ name) => `Chào ${name}.`,
    may_not: "Tài khoản này chưa được phân công đến nhà. Nhờ bí thư đơn vị giao vai trò cộng tác viên rồi đăng nhập lại.",
    other: "Đăng nhập bằng tài khoản khác",
    name: "Tên máy",
    name_help: "Để nhận ra máy khi cần thu hồi, ví dụ “Máy của Lan”.",
    name_of: (/** @type {string} */ name) => `Máy của ${name}`,
    pin: "Mã mở máy, 6 chữ số",
    pin_help: "Khóa tên người dân trên máy. Đừng dùng ngày sinh hay mã ngân hàng.",
    pin_again: "Nhập lại mã mở máy",
    pin_six: "Nhập đủ 6 chữ số.",
    pin_easy: "Mã này dễ đoán. Chọn 6 chữ số khác, ví dụ 480 917.",
    pin_other: "Hai lần nhập khác nhau. Nhập lại mã mở máy.",
    password: "Mật khẩu đăng nhập",
    password_help: "Mật khẩu bạn dùng để đăng nhập Đoàn Số. Máy không lưu mật khẩu này.",
    password_missing: "Nhập mật khẩu đăng nhập của bạn. Nếu quên, xin cán bộ đơn vị một mã đặt mật khẩu mới.",
    go: "Nhận máy này",
    busy: "Đang nhận máy…",
    again_title: "Đăng nhập lại",
    again_lead: "Các lượt đã ghi vẫn còn nguyên trên máy.",
    again_go: "Dùng tiếp máy này",
    forget: "Nếu quên mã mở máy: các lượt chưa gửi không mất, cán bộ đơn vị đọc được từ tệp sao lưu.",
  },

  unlock: {
    title: "Mở khóa",
    pin: "Mã mở máy",
    go: "Mở khóa",
    wrong: (/** @type {number} */ left) => `Chưa đúng. Còn ${left} lần thử.`,
    wiped_title: "Mã mở máy đã bị xóa",
    wiped: "Đã nhập sai 10 lần nên tên người dân trên máy đã bị xóa. Các lượt chưa gửi vẫn còn trong tệp sao lưu.",
    forgot: "Quên mã mở máy",
    forgot_sure: "Tên người dân, danh sách nhà và bản nháp trên máy sẽ bị xóa. Lượt đã lưu mà chưa gửi vẫn còn, tự gửi sau khi bạn đăng nhập lại bằng mật khẩu.",
    forgot_yes: "Xóa và đặt mã mới",
    forgotten: "Tên người dân trên máy đã được xóa. Các lượt chưa gửi vẫn còn trong tệp sao lưu.",
    unsent: (/** @type {number} */ n) => `${some(n, "lượt")} chưa gửi.`,
    save: "Lưu tệp sao lưu",
    restart: "Đăng nhập và đặt mã mới",
    restart_help: "Cần có mạng và mật khẩu đăng nhập của bạn. Quên mật khẩu thì xin cán bộ đơn vị một mã đặt mật khẩu mới.",
    tries: "Sai 10 lần thì tên người dân trên máy bị xóa.",
  },

  revoked: {
    title: "Máy này đã bị thu hồi quyền",
    lead: "Danh sách nhà và tên người dân trên máy đã được xóa.",
    deliver: (/** @type {number} */ n) => `${some(n, "lượt")} chưa gửi vẫn còn, đã niêm phong. Lưu tệp sao lưu và đưa cho cán bộ đơn vị.`,
    nothing: "Mọi lượt đã được máy chủ nhận.",
    back: "Muốn dùng lại máy này: nhờ cán bộ đơn vị mở trang “Điện thoại” và bấm “Cho dùng lại”, rồi bạn đăng nhập và nhập mật khẩu. Lượt chưa gửi khi đó tự gửi.",
  },

  home: {
    pair: "Cặp hôm nay",
    pair_none: "Chưa chọn người đi cùng",
    pair_none_small: "Nguyên tắc 1+1: một đoàn viên, một cán bộ có uy tín",
    pair_alone: "Đi một mình",
    pair_alone_small: "Lượt này chưa được tính là 1+1",
    change: "Đổi",
    choose: "Chọn",
    you: "Bạn",
    due: "Hẹn gặp lại",
    doors: "Nhà hôm nay",
    left: (/** @type {number} */ left, /** @type {number} */ all) => `còn ${left} / ${all}`,
    done: "Đã đến hôm nay",
    empty: "Chưa có nhà nào",
    empty_small: "Nhận nhà của đợt đang chạy, hoặc ghi nhà gặp trên đường.",
    all_done: "Đã đến hết các nhà",
    all_done_small: "Nhận thêm nhà, hoặc kết thúc buổi hôm nay.",
    take: "Nhận thêm nhà",
    take_of: (/** @type {string} */ drive) => `Nhận nhà: ${drive}`,
    taken: (/** @type {number} */ n) => (n ? `Đã nhận thêm ${some(n, "nhà")}.` : "Không còn nhà nào trong đợt này."),
    found: "Nhà gặp trên đường",
    give_back: (/** @type {number} */ n) => `Trả lại ${some(n, "nhà")} chưa đến`,
    give_back_sure: "Trả lại để cặp khác đi? Tên người trong các nhà này sẽ được xóa khỏi máy.",
    give_back_yes: "Trả lại",
    given: "Đã trả lại.",
    next: (/** @type {string} */ at) => `Đến nhà ${at}`,
    unfinished: "Lượt đang ghi dở",
    unfinished_small: (/** @type {number} */ step) => `Dừng ở bước ${step}, bản nháp được giữ`,
    throw_away: "Bỏ bản nháp",
    throw_sure: "Bỏ bản nháp này? Điều đã ghi trong lượt này sẽ mất.",
    elsewhere: "Đang mở ở thẻ khác",
    shop_unfinished: "Đang kiểm tra mã, chưa lưu",
    resumed: (/** @type {string} */ at) => `Lượt ở ${at} đã được lưu lại khi mở máy.`,
    saved: "Đã lưu lượt.",
    last: { helped: "đã giúp", "had-already": "đã có sẵn", refused: "không đồng ý", "not-home": "không có ai ở nhà", "follow-up": "hẹn hôm khác", gone: "không còn" },
    last_on: (/** @type {string} */ what, /** @type {string} */ day) => `Lần trước ${day}: ${what}`,
    due_on: (/** @type {string} */ day) => `Hẹn ngày ${day}`,
    people: (/** @type {number} */ n) => `${some(n, "người")} đã biết`,
    first: "Chưa đến lần nào",
    update: "Có bản mới của ứng dụng.",
    update_go: "Cập nhật",
    no_pack: "Chưa tải được danh sách nhà",
    no_pack_small: "Cần có mạng một lần. Máy tự thử lại.",
    clock: (/** @type {number} */ minutes) => `Đồng hồ máy lệch ${some(minutes, "phút")}. Chỉnh giờ tự động trong cài đặt điện thoại.`,
    low: "Máy gần hết chỗ trống. Xóa bớt ảnh hay ứng dụng để ghi tiếp được.",
    full: "Máy hết chỗ trống, chưa ghi thêm được. Điều đã lưu không mất. Xóa bớt ảnh hay ứng dụng.",
    evicted: (/** @type {number} */ n) => `Trình duyệt đã xóa dữ liệu của ứng dụng, trong đó có ${some(n, "lượt")} chưa gửi.`,
    evicted_seen: "Tôi không có tệp",
  },

  pair: {
    title: "Hôm nay đi cùng ai?",
    lead: "Chọn một lần cho cả buổi. Cuối mỗi lượt, người ấy xác nhận bằng thẻ, mã hoặc chữ ký.",
    list: "Người trong tổ",
    scan: "Quét thẻ người hỗ trợ",
    other: "Người khác",
    other_name: "Họ tên người đi cùng",
    other_kind: "Người ấy là",
    kinds: { official: "Cán bộ khu phố, đoàn thể", youth: "Đoàn viên" },
    alone: "Không có ai đi cùng",
    alone_small: "Vẫn giúp được; lượt ghi đúng là một người.",
    unknown_card: "Thẻ này không thuộc tổ của bạn, hoặc đã hết hạn.",
    needs_name: "Nhập họ tên người đi cùng, ví dụ Võ Thị Năm Thu.",
    name_odd: "Tên có ký tự lạ. Xóa đi rồi gõ lại, ví dụ Võ Thị Năm Thu.",
    same: "Người đi cùng phải là người khác. Nếu trùng họ tên với bạn, ghi thêm khu phố, ví dụ (KP 3).",
    done: "Xong",
  },

  confirm: {
    title: "Xác nhận cho cặp",
    lead: "Quét mã trên máy của người vừa đi cùng bạn: bước 5 của lượt, nút “Máy kia”.",
    other: "Đây không phải mã của một lượt đến nhà.",
    done: "Đã xác nhận. Máy tự gửi.",
  },

  found: {
    title: "Nhà gặp trên đường",
    household: "Nhà dân",
    business: "Cửa hàng, hộ kinh doanh",
    sign: "Tên trên bảng hiệu",
    number: "Số nhà",
    number_help: "Như trên biển số, ví dụ 42/7.",
    street: "Đường, hẻm",
    neighbourhood: "Khu phố, ấp",
    choose: "Chọn khu phố, ấp",
    drive: "Thuộc đợt",
    no_drive: "Ngoài các đợt",
    needs_number: "Nhập số nhà, ví dụ 42/7. Nhà không số thì ghi “không số”.",
    needs_street: "Nhập tên đường hay hẻm, ví dụ Lê Lợi.",
    needs_sign: "Nhập tên trên bảng hiệu, ví dụ Tạp hóa Năm.",
    odd_sign: "Tên có ký tự lạ hoặc là đường dẫn. Gõ lại tên trên bảng hiệu, ví dụ Tạp hóa Năm.",
    known: "Nhà này có trong danh sách của bạn.",
    go: "Bắt đầu lượt này",
  },

  amend: {
    title: "Sửa lại lượt này",
    go: "Sửa lại",
    why: "Máy chủ chưa nhận:",
    steps: { 1: "Nhà và người đi cùng", 5: "Xem lại" },
    lead: "Đến nhà nào, đi cùng ai?",
    check: "Xem lại, rồi gửi",
    check_small: "Máy chủ nhận bản này thay cho bản trước; vẫn là một lượt.",
    second: "Người đi cùng",
    change: (/** @type {string} */ what) => `Sửa: ${what}`,
    send: "Gửi lại lượt này",
    sent: "Đã sửa. Máy tự gửi.",
    settled: "Cán bộ đơn vị đã xử lý lượt này, không cần sửa nữa.",
    gone: "Máy không còn giữ nội dung lượt này. Cán bộ đơn vị sẽ xem bản máy chủ đã nhận.",
    unfinished: "Đang sửa, chưa gửi lại",
    drop: "Thôi sửa",
    drop_sure: "Bỏ những gì vừa sửa? Bản máy chủ đang giữ không đổi.",
  },

  visit: {
    of: (/** @type {number} */ i, /** @type {number} */ all) => `nhà ${i} trong ${all}`,
    step: (/** @type {number} */ n, /** @type {string} */ what) => `Bước ${n} trong 5: ${what}`,
    steps: ["", "Chúng tôi là ai", "Xin phép", "Người được giúp", "Đã giúp việc gì", "Biên nhận cho người dân"],
    last_step: "Xác nhận",
    elsewhere: "Lượt này đang mở ở một thẻ khác của trình duyệt.",
    take_over: "Ghi tiếp ở đây",
    lost_hold: "Lượt này đã chuyển sang thẻ khác. Ghi tiếp ở thẻ ấy.",
    gone: "Không còn bản nháp này.",
  },

  us: {
    question: "Hai người đã có mặt chưa?",
    lead: "Nguyên tắc 1+1: một đoàn viên đi cùng một cán bộ khu phố, đoàn thể có uy tín.",
    you: "Đang cầm máy",
    address: "Địa chỉ",
    say_title: "Lời chào gợi ý",
    say: (/** @type {string} */ me, /** @type {string} */ unit, /** @type {string} */ second) =>
      `“Dạ thưa cô chú, con là ${me} bên ${unit}${second ? `, đi cùng ${second}` : ""}. Tụi con tới giúp cô chú dùng tiện ích số, không thu tiền, không hỏi mật khẩu.”`,
    shop: "Kiểm tra mã nhận tiền",
    not_home: "Không có ai ở nhà",
    gone: "Nhà này không còn",
    gone_sure: "Báo rằng ở địa chỉ này không còn nhà hay cửa hàng? Nó sẽ rời danh sách.",
    gone_yes: "Đúng, không còn",
    gone_said: "Đã báo. Máy tự gửi.",
    alone: "Chưa có người thứ hai: lượt này chưa được tính là 1+1.",
  },

  ask: {
    question: "Cô chú đồng ý không?",
    read: "Đọc to",
    what: ["Ghi gì:", "họ tên, năm sinh và dịch vụ được giúp."],
    why: ["Để làm gì:", "từng việc một, bên dưới. Cô chú chọn việc nào thì chỉ làm việc ấy."],
    who: (/** @type {string} */ unit) => ["Ai xem:", `${unit} và Đoàn cấp trên.`],
    long: ["Bao lâu:", "xóa tên sau 12 tháng. Rút lại lúc nào cũng được."],
    never: ["Không bao giờ hỏi", "mật khẩu, mã OTP, số tài khoản; không chụp thẻ hay màn hình."],
    whole: "Toàn văn lời xin phép",
    answer: "Trả lời của người dân",
    named: "Đồng ý ghi tên",
    purposes: "Đồng ý cho việc nào?",
    needed: "cần có để ghi tên",
    unnamed: "Giúp thôi, đừng ghi tên",
    unnamed_small: "Chỉ đếm 1 lượt, không lưu ai.",
    shop: "Ghi cho cửa hàng",
    shop_small: "Tên trên bảng hiệu, không ghi tên người.",
    refused: "Không đồng ý",
    refused_small: "Đếm 1 lượt, không ghi gì về người trong nhà.",
    others: "Chưa giúp lần này",
    not_home: "Không có ai ở nhà",
    had: "Đã có sẵn, không cần giúp",
    later: "Hẹn hôm khác",
    when: "Hẹn ngày nào?",
    tomorrow: "Ngày mai",
    sunday: "Chủ nhật",
    week: "Tuần sau",
    date: "Ngày khác",
    missing: {
      answer: "Chọn câu trả lời của cô chú.",
      purpose: "Cô chú cần đồng ý việc có ghi “cần có để ghi tên”. Nếu không, chọn “Giúp thôi, đừng ghi tên”.",
      date: "Chọn một ngày sau hôm nay.",
    },
  },

  who: {
    question: "Ai được giúp?",
    known: "Người trong nhà",
    somebody: "Người khác trong nhà",
    scan: "Quét thẻ căn cước",
    scan_small: "Máy đọc họ tên, năm sinh, giới tính rồi bỏ phần còn lại. Không lưu ảnh, không giữ số thẻ.",
    type: "Nhập tay",
    read: "Đã đọc thẻ.",
    read_small: "Máy không lưu ảnh thẻ và không giữ số thẻ.",
    read_again: "Quét lại",
    name: "Họ tên",
    year: "Năm sinh",
    more: "Thêm giới tính, điện thoại",
    gender: "Giới tính",
    genders: [{ value: "", label: "Không ghi" }, { value: "male", label: "Nam" }, { value: "female", label: "Nữ" }],
    phone: "Điện thoại",
    phone_help: "Chỉ ghi khi cô chú muốn được gọi lại.",
    guardian: "Cha mẹ hoặc người giám hộ đồng ý",
    guardian_help: "Người dưới 16 tuổi cần người lớn đồng ý cùng. Ghi họ tên người ấy.",
    duplicate: "Có thể người này đã được giúp.",
    duplicate_small: "Vẫn giúp và vẫn ghi được: mỗi người chỉ được đếm một lần.",
    duplicate_go: "Đúng là người này, tiếp tục",
    pair_name: "Người này trùng họ tên với người đi giúp.",
    pair_name_small: "Không ai tự giúp mình. Chỉ tiếp tục khi đây là một người khác cùng tên.",
    pair_name_go: "Là người khác cùng tên, tiếp tục",
    doubt: "Số trên thẻ không khớp với năm sinh hoặc giới tính.",
    doubt_small: "Có thể mã bị đọc sai hoặc thẻ không thật. Xem lại thẻ rồi so họ tên, năm sinh.",
    go: "Đúng người, tiếp tục",
    in_visit: "Đã ghi trong lượt này",
    wrong: {
      name: "Nhập họ tên, ví dụ Nguyễn Văn Bảy.",
      name_odd: "Tên có ký tự lạ. Xóa đi rồi gõ lại, ví dụ Nguyễn Văn Bảy.",
      name_digits: "Họ tên không có chữ số. Ví dụ Nguyễn Văn Bảy.",
      year: "Nhập năm sinh gồm 4 chữ số, ví dụ 1951.",
      phone: "Nhập 10 chữ số, ví dụ 0909 123 456, hoặc để trống.",
      phone_prefix: "Không có số nào bắt đầu như vậy. Hỏi lại số, máy bàn thì ghi mã vùng 02…, hoặc để trống.",
      guardian: "Nhập họ tên cha mẹ hoặc người giám hộ, ví dụ Lê Văn Ba.",
    },
  },

  scan: {
    hint: "Đưa mã QR vào khung, cách máy khoảng một gang tay.",
    opening: "Đang mở máy ảnh…",
    loading: "Đang nạp bộ đọc mã…",
    no_camera: "Không mở được máy ảnh. Cho phép dùng máy ảnh trong cài đặt trình duyệt, hoặc chụp ảnh mã.",
    no_reader: "Máy này chưa đọc được mã QR khi không có mạng. Nhập tay, hoặc thử lại khi có mạng.",
    still: "Chụp ảnh mã",
    still_small: "Ảnh chỉ để đọc mã rồi bỏ ngay.",
    still_nothing: "Chưa thấy mã trong ảnh. Chụp gần hơn, đủ sáng, chỉ lấy phần mã.",
    not_card: "Đây không phải mã trên thẻ căn cước.",
    bad_card: "Thẻ này đọc chưa được. Nhập tay họ tên và năm sinh.",
    stop: "Tắt máy ảnh",
  },

  done: {
    question: "Hôm nay đã giúp được gì?",
    guide: "Hướng dẫn",
    recovery: "Khôi phục mật khẩu",
    kind: "Giúp kiểu gì?",
    recovery_small: "Người dân tự đặt mật khẩu mới. Đừng nhìn, đừng nhập hộ.",
    before: "Trước khi giúp",
    after: "Sau khi giúp",
    unsaid: "Chưa rõ",
    obstacle: "Còn vướng gì?",
    no_obstacle: "Không vướng",
    down: "Sau khi giúp lại thấp hơn trước khi giúp. Xem lại hai ô này.",
    guide_card: "Cách làm và lời nói",
    steps: "Cách làm",
    say: "Lời nói gợi ý",
    beware: "Coi chừng lừa đảo",
    where: "Nhà ở trong địa bàn phường, xã?",
    yes: "Có",
    no: "Không",
    missing: "Chọn ít nhất một việc đã giúp. Nếu chưa giúp được gì, quay lại và chọn “Hẹn hôm khác”.",
    go: "Lưu lượt này",
  },

  receipt: {
    invite: (/** @type {string} */ who) => `Đã lưu. Mời ${who} quét mã`,
    resident: "cô chú",
    shop: "chủ tiệm",
    lead: "Xem lại, xác nhận hoặc rút lại trên máy của mình. Không cần đăng nhập.",
    qr: "Mã QR của biên nhận",
    with_year: (/** @type {number} */ year) => `Nhập mã cùng năm sinh ${year}`,
    with_no_year: "Nhập mã cùng năm sinh",
    link_only: "Cửa hàng mở biên nhận bằng mã QR.",
    later: "Mã dùng được sau khi máy có mạng lại, chậm nhất tối nay.",
    sms: "Nhắn SMS",
    sms_text: (/** @type {string} */ link, /** @type {string} */ code) => `Biên nhận hỗ trợ của Đoàn: ${link} Mã ${code}. Không ai hỏi mật khẩu hay OTP.`,
    of: (/** @type {string} */ who) => `Biên nhận của ${who}`,
    second: (/** @type {string} */ who) => `${who} xác nhận`,
    card: "Quét thẻ",
    code: "Mã 6 số",
    sign: "Ký tên",
    own: "Máy kia",
    own_small: "Người ấy mở ứng dụng này trên máy mình, chọn “Xác nhận cho cặp”, rồi quét mã dưới đây.",
    code_label: (/** @type {string} */ who) => `Mã 6 số trên thẻ của ${who}`,
    code_wrong: "Nhập đủ 6 chữ số in trên thẻ, ví dụ 480917.",
    sign_label: (/** @type {string} */ who) => `${who} ký bằng ngón tay`,
    sign_clear: "Ký lại",
    sign_none: "Chưa có nét nào. Ký vào khung bằng ngón tay.",
    card_other: "Thẻ này của người khác. Quét thẻ của người đang đi cùng.",
    confirmed: { card: "đã quét thẻ", code: "đã nhập mã", signature: "đã ký" },
    undo: "Làm lại",
    photo: "Thêm ảnh hoạt động",
    photo_small: "Chụp buổi hướng dẫn hay biển QR. Không chụp thẻ, không chụp màn hình.",
    photos: (/** @type {number} */ n) => `${some(n, "ảnh")} kèm lượt này, đã nén và bỏ vị trí.`,
    bad_photo: "Không đọc được ảnh này. Chụp lại ảnh khác.",
    more_people: "Thêm người trong nhà",
    next: "Xong, nhà tiếp theo",
    counted: {
      refused: "Ghi 1 lượt: không đồng ý",
      "not-home": "Ghi 1 lượt: không có ai ở nhà",
      "had-already": "Ghi 1 lượt: đã có sẵn",
      "follow-up": "Ghi 1 lượt: hẹn hôm khác",
      helped: "Đã lưu. Giúp không ghi tên",
    },
    nobody: "Không có tên ai được giữ.",
    on: (/** @type {string} */ day) => `Hẹn ngày ${day}. Máy nhắc khi đến hẹn.`,
  },

  sent: {
    title: "Tôi đã gửi gì",
    needs: "Cần bạn xem",
    waiting: "Đang giữ trên máy",
    received: "Máy chủ đã nhận",
    nothing: "Chưa có lượt nào",
    nothing_small: "Mỗi lượt bạn ghi sẽ hiện ở đây, cùng kết quả từ máy chủ.",
    kinds: { "outreach.visit": "Lượt đến nhà", "outreach.door": "Nhà mới", "outreach.confirmation": "Xác nhận của cặp", "cashless.check": "Kiểm tra mã", "events.check-in": "Điểm danh", "support.stand-turn": "Người ở bàn hướng dẫn" },
    states: {
      applied: "Đã nhận",
      superseded: "Đã nhận",
      waiting: "Cần người xem",
      quarantined: "Cần người xem",
      refused: "Chưa được nhận",
      unsent: "Chờ gửi",
      needs: "Cần bạn xem",
    },
    /** Where the server's sentence is for the officer who decides. */
    decided: {
      stand_closed_before: "Máy ghi sau lúc bàn kết thúc. Đơn vị xem và quyết định; bạn không phải làm gì.",
      stand_day: "Máy ghi khác ngày của bàn. Đơn vị xem và quyết định; bạn không phải làm gì.",
    },
    waiting_why: "Máy chủ giữ cả hai bản; cán bộ đơn vị sẽ chọn.",
    quarantined_why: "Máy chủ đã giữ; cán bộ đơn vị sẽ xem.",
    refused_why: "Máy chủ đã giữ nhưng chưa tính. Cán bộ đơn vị có thể cho qua.",
    try_again: "Gửi lại",
    seen: "Tôi đã xem",
    refresh: "Hỏi lại máy chủ",
    backup_only: "Chỉ còn trong tệp sao lưu",
    outcomes: { helped: "Đã giúp", "had-already": "Đã có sẵn", refused: "Không đồng ý", "not-home": "Không có ai ở nhà", "follow-up": "Hẹn hôm khác",
      none: "Chưa nhận chuyển khoản", offered: "Đã giới thiệu", displayed: "Có dán mã", stopped: "Đã ngừng nhận", different: "Mã KHÁC mã đã đăng ký", in: "Vào", out: "Ra" },
    people: (/** @type {number} */ n) => some(n, "người"),
    gathered: { "events.check-in": "lượt vào, ra", "support.stand-turn": "người" },
    several: some,
    revoked: "Máy này không còn quyền gửi. Lưu tệp sao lưu và đưa cho cán bộ đơn vị.",
    paused: "Hôm nay tài khoản của bạn chưa có vai trò đến nhà, nên máy chủ tạm chưa nhận. Mọi lượt vẫn nằm trên máy và bạn vẫn ghi được. Nhờ cán bộ đơn vị xem lại vai trò; máy tự gửi ngay khi có.",
    paused_go: "Thử gửi lại",
    lost_pin: "Có lượt không mở được nữa vì mã mở máy đã đổi. Lưu tệp sao lưu và đưa cho cán bộ đơn vị.",
    handed: "Cán bộ đã nhận tệp",
    disk: "Máy hết chỗ. Xóa bớt ảnh hay ứng dụng rồi gửi lại.",
    photos: "Có ảnh máy chủ không nhận. Lượt đến nhà không bị ảnh hưởng.",
    sign_in: "Phiên của máy đã hết. Đăng nhập lại, các lượt sẽ tự gửi.",
    sign_in_go: "Đăng nhập lại",
  },

  settings: {
    backup_in: "Khôi phục từ tệp",
    backup_none: "Không có lượt nào chưa gửi, không cần lưu tệp.",
    backup_saved: (/** @type {number} */ n) => `Đã lưu ${some(n, "lượt")} vào tệp.`,
    restored: (/** @type {number} */ added, /** @type {number} */ known) => `Đã thêm ${some(added, "lượt")}; ${known} lượt đã có sẵn.`,
  },

  problems: {
    disk_full: "Máy hết chỗ trống. Điều đã lưu không mất. Xóa bớt ảnh hay ứng dụng rồi thử lại.",
    not_here: "Không còn bản nháp này.",
    locked: "Máy đang khóa. Mở khóa rồi làm tiếp.",
    no_device: "Máy chưa được nhận. Đăng nhập để nhận máy.",
    too_long: "Lượt này quá dài. Bớt người hoặc bỏ chữ ký rồi lưu lại.",
    known_id: "Lượt này đã lưu trước đó.",
    bad_pin: "Nhập đủ 6 chữ số.",
    offline: "Không có mạng. Thử lại khi có mạng.",
    bad_answer: "Máy chủ trả lời lạ. Thử lại sau ít phút.",
    draft_elsewhere: "Lượt này đang mở ở thẻ khác.",
    bad_file: "Đây không phải tệp sao lưu của Đoàn Số.",
    bad_picture: "Không đọc được ảnh này. Chụp lại ảnh khác.",
    try_later: "Máy chủ đang bận. Thử lại sau ít phút.",
    no_space: "Máy chủ hết chỗ lưu nên chưa nhận. Điều đã lưu trên máy không mất; báo cán bộ quản trị.",
    device_unknown: "Máy cần đăng nhập lại. Các lượt đã ghi vẫn còn.",
    device_lapsed: "Đã quá 7 ngày không gặp máy chủ. Đăng nhập lại, các lượt đã ghi vẫn còn.",
    device_paused: "Hôm nay tài khoản của bạn chưa có vai trò đến nhà. Các lượt đã ghi vẫn còn trên máy.",
    device_revoked: "Máy này đã bị thu hồi quyền. Nhờ cán bộ đơn vị cho dùng lại, rồi đăng nhập trên máy.",
    no_storage: "Trình duyệt đang ở chế độ ẩn danh hoặc chặn lưu trữ, nên không giữ được lượt nào. Mở lại bằng cửa sổ thường.",
    wrong_pin: "Chưa đúng mã mở máy.",
    other: "Có trục trặc. Điều đã lưu không mất. Thử lại sau ít phút.",
  },
};

/**
 * Why the server has not taken a record, for whoever holds the phone.
 * @param {any} problem @returns {string}
 */
export const whyOf = (problem) => (problem ? /** @type {Record<string, string>} */ (words.sent.decided)[problem.code] || problem.message || "" : "");

/**
 * What to say about a failure: our own sentence, else the server's.
 * @param {any} problem @returns {string}
 */
export function sentence(problem) {
  const ours = /** @type {Record<string, string>} */ (words.problems)[problem && problem.code];
  return ours || (problem && problem.code && problem.message) || words.problems.other;
}

/**
 * "2023-11-12" as "12/11/2023".
 * @param {string} day
 */
export function day(day) {
  const [year, month, date] = day.slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

const HERE = { timeZone: "Asia/Ho_Chi_Minh" };
const DAY_NAMES = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];

/**
 * "Chủ nhật, 12/11/2023".
 * @param {string} iso
 */
export function longDay(iso) {
  return `${DAY_NAMES[new Date(`${iso}T12:00:00Z`).getUTCDay()]}, ${day(iso)}`;
}

/**
 * "09:42" in Vietnam.
 * @param {string} moment
 */
export function time(moment) {
  return new Date(moment).toLocaleTimeString("vi-VN", { ...HERE, hour: "2-digit", minute: "2-digit", hour12: false });
}

/**
 * "09:42, 12/11/2023".
 * @param {string} moment
 */
export function when(moment) {
  const at = new Date(moment);
  const parts = at.toLocaleDateString("en-CA", HERE);
  return `${time(moment)}, ${day(parts)}`;
}

/**
 * The given name, as one is called: "Nguyễn Văn Bảy" is Bảy.
 * @param {string} name
 */
export function given(name) {
  const parts = name.trim().split(/\s+/);
  return parts[parts.length - 1] || name;
}

/**
 * As one speaks to somebody of that age: "bác Bảy".
 * @param {{name: string, birth_year: number | null, gender: string}} person @param {number} year
 */
export function called(person, year) {
  const age = person.birth_year === null ? null : year - person.birth_year;
  const of = (/** @type {string} */ male, /** @type {string} */ female) => (person.gender === "male" ? male : person.gender === "female" ? female : `${male} ${female}`);
  const word = age === null ? "cô chú" : age >= 60 ? "bác" : age >= 40 ? of("chú", "cô").replace("chú cô", "cô chú") : age >= 18 ? of("anh", "chị") : "em";
  return `${word} ${given(person.name)}`;
}

/**
 * "GH" of Trần Gia Huy.
 * @param {string} name
 */
export function initials(name) {
  return name.trim().split(/\s+/).slice(-2).map((part) => part.charAt(0).toLocaleUpperCase("vi")).join("");
}

/**
 * "1,2 GB".
 * @param {number} bytes
 */
export function size(bytes) {
  const gigabytes = bytes / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toLocaleString("vi-VN", { maximumFractionDigits: 1 })} GB` : `${Math.round(bytes / 1e6)} MB`;
}
