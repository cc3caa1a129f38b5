"""What the doorstep app may not use is found, and what it may use is left alone."""

from pathlib import Path, PurePosixPath

import pytest

from tools import phone_lint

pytestmark = pytest.mark.sqlite_only
MODULE, SHEET = PurePosixPath("doanso/phone/sync.js"), PurePosixPath("doanso/phone/phone.css")


@pytest.mark.parametrize(
    "line",
    [
        "const last = rows.at(-1);",
        "rows.findLast((row) => row);",
        "rows.findLastIndex((row) => row);",
        "rows.toSorted();",
        "await Array.fromAsync(rows);",
        "Object.groupBy(rows, key);",
        "Object.hasOwn(row, 'id');",
        "Promise.withResolvers();",
        "seen.union(other);",
        "throw new Error('x', { cause: error });",
        "throw new Error('x', { cause });",
        "if (error.cause) return;",
        "class Row { static { count = 0; } }",
        "  static { count = 0; }",
        "return #id in row;",
        "import.meta.resolve('./id.js');",
        "import words from './words.json' with { type: 'json' };",
        "const copy = structuredClone(row);",
        "crypto.randomUUID();",
        "fetch(path, { signal: AbortSignal.timeout(10) });",
        "signal.throwIfAborted();",
        "navigator.storage.getDirectory();",
        "scheduler.postTask(work);",
        "document.startViewTransition(show);",
        "URL.canParse(text);",
        "Response.json({});",
        "box.showPopover();",
        "bytes.toBase64();",
        "box.innerHTML = text;",
        "box.insertAdjacentHTML('beforeend', text);",
        "document.write(text);",
        "eval(text);",
        "new Function(text);",
        "setTimeout('go()', 10);",
        "const markup = '<b onclick=\"go()\">';",
        "box.setAttribute('onclick', 'go()');",
        "box.setAttribute('style', 'top: 0');",
        "fetch('https://elsewhere.example/x');",
        "new WebSocket(`wss://elsewhere.example`);",
        "fetch('//elsewhere.example/x');",
        "const rows = await all('outbox');",
        "export const rows = await all('outbox');",
        "await open();",
        "for await (const row of rows) use(row);",
    ],
)
def test_a_module_is_refused(line):
    assert len(list(phone_lint.judge(MODULE, f"// fine\n{line}\n"))) >= 1


@pytest.mark.parametrize(
    "rule",
    [
        ".a:has(.b) { color: red; }",
        "@layer base;",
        "@container (width > 1px) { .a { top: 0; } }",
        ".a { container-type: size; }",
        ".a { height: 100dvh; }",
        ".a { color: color-mix(in srgb, red, blue); }",
        ".a { color: oklch(50% 0 0); }",
        ".a { translate: 1px; }",
        ".a { accent-color: red; }",
        ".a { text-wrap: balance; }",
        ".a { grid: subgrid; }",
        ".a { & .b { top: 0; } }",
        ".a { .b { top: 0; } }",
        ".a {\n  top: 0;\n  .b { top: 0; }\n}",
        '@import "other.css";',
        ".a { background: url(https://elsewhere.example/x.png); }",
    ],
)
def test_a_sheet_is_refused(rule):
    assert len(list(phone_lint.judge(SHEET, rule))) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "// rows.at(-1), structuredClone, https://elsewhere.example\n",
        "/* innerHTML\n crypto.randomUUID */\n",
        "export async function go() {\n  const rows = await all('outbox');\n  await open();\n}\n",
        "const go = async () => {\n  await open();\n};\n",
        "const drawing = 'http://www.w3.org/2000/svg';\n",
        "text.replaceAll('a', 'b');\nrow?.id ?? row;\nthis.#id;\nrows.flat();\nlet a;\na ??= 1;\n",
        "Object.prototype.hasOwnProperty.call(row, 'id');\n",
        "const said = 'look at (this)';\nbox.textContent = said;\n",
        "box.addEventListener('click', () => go());\nbox.replaceChildren(other);\n",
        "fetch('/api/v1/pack');\nimport('./scan.js');\n",
    ],
)
def test_a_good_module_is_left_alone(text):
    assert list(phone_lint.judge(MODULE, text)) == []


def test_a_good_sheet_is_left_alone():
    sheet = """
    /* :has( and dvh in a comment */
    @media (min-width: 30em) { .a { top: 0; } .b { transform: translate(1px, 2px); } }
    @keyframes in { from { opacity: 0; } to { opacity: 1; } }
    .a::before { content: "//"; color: rgba(0, 0, 0, .5); transition: transform .2s; }
    .phase, .a[data-x] > .b { min-height: 100vh; }
    """

    assert list(phone_lint.judge(SHEET, sheet)) == []


def test_the_complaint_names_file_line_and_version():
    assert list(phone_lint.judge(MODULE, "\n\nrows.at(-1);\n")) == [
        "doanso/phone/sync.js:3: .at() came with Chrome 92; the app runs on 88"
    ]


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("doanso/phone/sync.js", True),
        ("doanso/phone/screens/visit.js", True),
        ("doanso/phone/tests/sync.test.js", False),
        ("doanso/phone/vendor/zxing/share.js", False),
        ("doanso/static/ds/net.js", False),
    ],
)
def test_what_is_read(path, ours):
    assert phone_lint.is_ours(PurePosixPath(path)) is ours


def test_the_app_keeps_its_word():
    assert phone_lint.complaints(Path(__file__).resolve().parents[2]) == []
