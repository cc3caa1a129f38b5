"""A message that two catalogues translate differently is reported, because one would replace the other."""

from tools.translations import conflicts


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
