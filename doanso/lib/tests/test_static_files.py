from doanso.lib.static_files import StaticFilesStorage


def test_an_address_is_worked_out_once_and_anew_after_files_were_collected(tmp_path, settings):
    settings.DEBUG = False
    storage = StaticFilesStorage(location=str(tmp_path), base_url="/static/")
    storage.hashed_files = {"ds/a.css": "ds/a.1.css"}

    assert storage.url("ds/a.css") == "/static/ds/a.1.css"
    storage.hashed_files = {"ds/a.css": "ds/a.2.css"}
    assert storage.url("ds/a.css") == "/static/ds/a.1.css"
    storage.save_manifest()
    assert storage.url("ds/a.css") == "/static/ds/a.2.css"
