"""Two translations of one message are reported, because one would replace the other; so is a second word for a thing."""

from tools.translations import conflicts, other_words


def _catalogue(folder, name, *entries):
    path = folder / f"{name}.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    path.write_text(head + "\n".join(entries), encoding="utf-8")
    return path


def test_two_translations_of_one_message_are_reported(tmp_path):
    signing = _catalogue(tmp_path, "signing", 'msgid "Sign"\nmsgstr "Ký số"\n', 'msgid "State"\nmsgstr "Tình trạng"\n')
    places = _catalogue(
        tmp_path, "places", 'msgid "Sign"\nmsgstr "Bảng hiệu"\n', 'msgid "State"\nmsgstr "Tình trạng"\n'
    )
    assert conflicts({"signing": signing, "places": places}) == [
        "two translations of 'Sign': 'Ký số' (signing); 'Bảng hiệu' (places)"
    ]


def test_a_context_makes_it_another_message(tmp_path):
    signing = _catalogue(tmp_path, "signing", 'msgid "Sign"\nmsgstr "Ký số"\n')
    places = _catalogue(tmp_path, "places", 'msgctxt "places"\nmsgid "Sign"\nmsgstr "Bảng hiệu"\n')
    missing = tmp_path / "none.po"
    assert conflicts({"signing": signing, "places": places, "files": missing}) == []


def test_a_second_word_for_a_thing_is_reported_in_every_form(tmp_path):
    signing = _catalogue(
        tmp_path,
        "signing",
        'msgid "Authority"\nmsgstr "Cơ quan chứng thực"\n',
        'msgid "One help"\nmsgid_plural "Helps"\nmsgstr[0] "%(n)s lượt hỗ trợ"\n',
        'msgid "Help"\nmsgstr "Lượt giúp"\n',
    )
    assert other_words("signing", signing) == [
        "signing: say “tổ chức chứng thực” for “cơ quan chứng thực”: 'Authority'",
        "signing: say “lượt giúp” for “lượt hỗ trợ”: 'One help'",
    ]
