"""Forbidden constructs in the doorstep app: APIs newer than Chrome 88, scripts in markup, foreign addresses.

The list replaces tests on old phones. A name is refused anywhere in code;
comments and the app's tests are ignored. Each rule names the Chrome version that introduced the feature.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools import forbidden

APP = PurePosixPath("doanso/phone")
SCRIPT, STYLE = {".js", ".mjs"}, {".css"}


@dataclass(frozen=True)
class Rule:
    """A forbidden pattern, the file types it applies to, and the alternative."""

    pattern: re.Pattern[str]
    suffixes: frozenset[str]
    instead: str


def _script(pattern: str, instead: str) -> Rule:
    return Rule(re.compile(pattern), frozenset(SCRIPT), instead)


def _style(pattern: str, instead: str) -> Rule:
    return Rule(re.compile(pattern), frozenset(STYLE), instead)


def _newer(feature: str, since: int) -> str:
    return f"{feature} came with Chrome {since}; the app runs on 88"


RULES = [
    # The language.
    _script(r"\.at\(", _newer(".at()", 92)),
    _script(r"\.findLast(Index)?\(", _newer("findLast", 97)),
    _script(r"\.(toSorted|toReversed|toSpliced)\(", _newer("an array's copying method", 110)),
    _script(r"\bArray\.fromAsync\b", _newer("Array.fromAsync", 121)),
    _script(r"\b(Object|Map)\.groupBy\b", _newer("groupBy", 117)),
    _script(r"\bObject\.hasOwn\b", _newer("Object.hasOwn", 93)),
    _script(r"\bPromise\.(withResolvers|try)\b", _newer("Promise.withResolvers", 119)),
    _script(r"\.(isWellFormed|toWellFormed)\(", _newer("isWellFormed", 111)),
    _script(r"\.(union|intersection|difference|isSubsetOf)\(", _newer("a set's method", 122)),
    _script(r"\berror\.cause\b|\{\s*cause\s*[:}]|,\s*cause\s*[:}]", _newer("an error's cause", 93)),
    _script(r"\bclass\b[^{]*\{\s*static\s*\{|^\s*static\s*\{", _newer("a static block", 94)),
    _script(r"#\w+\s+in\s+\w", _newer("#x in object", 91)),
    _script(r"\bimport\.meta\.resolve\b", _newer("import.meta.resolve", 105)),
    _script(r"\bimport\b[^;]*\b(with|assert)\s*\{", _newer("an import attribute", 91)),
    _script(r"^\s*(await\s+)?using\s+\w+\s*=", _newer("using", 134)),
    # The platform.
    _script(r"\bstructuredClone\b", _newer("structuredClone", 98)),
    _script(r"\brandomUUID\b", _newer("crypto.randomUUID", 92)),
    _script(r"\bAbortSignal\.(timeout|any|abort)\b", _newer("AbortSignal.timeout", 103)),
    _script(r"\bthrowIfAborted\b|\bsignal\.reason\b", _newer("signal.reason", 98)),
    _script(r"\bstorage\.getDirectory\b", _newer("the private file system", 102)),
    _script(r"\bscheduler\.(postTask|yield)\b", _newer("scheduler", 94)),
    _script(r"\bnavigation\.(navigate|addEventListener)\b", _newer("the navigation API", 102)),
    _script(r"\bstartViewTransition\b", _newer("a view transition", 111)),
    _script(r"\bURLPattern\b", _newer("URLPattern", 95)),
    _script(r"\bURL\.(canParse|parse)\b", _newer("URL.canParse", 120)),
    _script(r"\bResponse\.json\(", _newer("Response.json", 105)),
    _script(r"\b(showPopover|hidePopover|togglePopover)\b", _newer("popover", 114)),
    _script(r"\b(checkVisibility|setHTMLUnsafe|setHTML)\b", _newer("that method", 105)),
    _script(r"\b(toBase64|fromBase64|toHex)\(|\bUint8Array\.fromHex\b", _newer("bytes as base64", 140)),
    _script(r"\bIntl\.(DurationFormat|supportedValuesOf)\b", _newer("that part of Intl", 99)),
    _script(r"\bnavigator\.userAgentData\b", _newer("userAgentData", 90)),
    # The page.
    _script(r"\b(inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write", "make elements and set their text"),
    _script(r"\beval\(|\bnew Function\(|\bset(Timeout|Interval)\(\s*[\"'`]", "no text is run as a program"),
    _script(r"[\"'`\s<]on[a-z]+\s*=\s*\\?[\"'][^\"']*\(", "no handler in markup: addEventListener"),
    _script(r"\.setAttribute\(\s*[\"'](on\w+|style)[\"']", "the page's policy drops it: a listener, a class"),
    # Styles.
    _style(r":has\(", _newer(":has()", 105)),
    _style(r"@layer\b", _newer("@layer", 99)),
    _style(r"@container\b|\bcontainer-type\b", _newer("container queries", 105)),
    _style(r"@scope\b|@starting-style\b|@property\b", _newer("that rule", 117)),
    _style(r"\d(dvh|svh|lvh|dvw|svw|lvw|dvb|dvi|cqw|cqi|cqh)\b", _newer("that unit", 105)),
    _style(r"\bcolor-mix\(|\boklch\(|\boklab\(|\blight-dark\(|\bcolor\(", _newer("that colour", 111)),
    _style(
        r"^\s*(?:translate|rotate|scale)\s*:|[;{]\s*(?:translate|rotate|scale)\s*:",
        _newer("a transform of its own", 104),
    ),
    _style(r"\baccent-color\b", _newer("accent-color", 93)),
    _style(r"\btext-wrap\b|\bfield-sizing\b|\binterpolate-size\b", _newer("that property", 114)),
    _style(r"\bsubgrid\b", _newer("subgrid", 117)),
    _style(r"^\s*&|[{;}]\s*&", _newer("nesting", 112)),
    _style(r"@import\b", "one file, no chain of requests"),
]

ADDRESS = re.compile(r"(?:https?|wss?):\\?/\\?/[^\s\"'`)<>]+|[\"'(]//[\w.-]+\.\w")
NAMES_OF_THINGS = ("http://www.w3.org/",)
"""XML namespaces are names, not requests."""

_STRING_OR_COMMENT = re.compile(
    r"(?P<string>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?P<comment>/\*.*?\*/|(?<![:\\])//[^\n]*)",
    re.DOTALL,
)


def without_comments(text: str, *, style: bool = False) -> str:
    """Return the text with its comments blanked and its line numbers unchanged."""

    def blank(match: re.Match[str]) -> str:
        if match["string"] is not None or (style and match["comment"].startswith("//")):
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])

    return _STRING_OR_COMMENT.sub(blank, text)


def _top_level_await(text: str) -> Iterator[int]:
    """Yield the numbers of lines with top-level `await`, which came with Chrome 89."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if depth == 0 and re.match(r"\s*(?:(?:export\s+)?(?:const|let|var)\s[^=]*=\s*)?(?:for\s+)?await\b", line):
            yield number
        bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`", "", line)
        depth += sum(bare.count(sign) for sign in "{([") - sum(bare.count(sign) for sign in "})]")


def _nested(text: str) -> Iterator[int]:
    """Yield the numbers of lines on which a style rule is nested in another; only at-rules may hold rules."""
    open_rules: list[bool] = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in re.finditer(r"[^{};]*([{}])", line):
            if match[1] == "}":
                del open_rules[-1:]
                continue
            is_group = match[0].lstrip().startswith("@")
            if open_rules and not open_rules[-1]:
                yield number
            open_rules.append(is_group)


def judge(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield the complaints about one file of the app."""
    style = path.suffix in STYLE
    if path.suffix not in SCRIPT | STYLE:
        return
    code = without_comments(text, style=style)
    lines = code.splitlines()
    for rule in RULES:
        if path.suffix in rule.suffixes:
            for number, line in enumerate(lines, 1):
                if rule.pattern.search(line):
                    yield f"{path}:{number}: {rule.instead}"
    for number, line in enumerate(lines, 1):
        for address in ADDRESS.findall(line):
            if not address.startswith(NAMES_OF_THINGS):
                yield f"{path}:{number}: the app asks nobody but our own server, by a path without a host"
    for number in _nested(code) if style else _top_level_await(code):
        yield f"{path}:{number}: " + (_newer("nesting", 112) if style else _newer("await outside a function", 89))


def is_ours(path: PurePosixPath) -> bool:
    """Return whether a file is served as part of the app and written by us."""
    inside = path.parts[: len(APP.parts)] == APP.parts
    return inside and not {"tests", "vendor"} & set(path.parts[len(APP.parts) :])


def complaints(root: Path) -> list[str]:
    """Return every complaint about the app."""
    return [
        line
        for path in forbidden.tracked(root)
        if is_ours(path) and path.suffix in SCRIPT | STYLE
        for line in judge(path, (root / path).read_text(encoding="utf-8"))
    ]
