"""Actions on files. The caller has checked its own policy; no URL leads here."""

from doanso.files.actions.maintenance import (
    ForeignStoreError,
    MoveResult,
    check_files,
    move_files,
    remove_erased,
    run_maintenance,
    sweep_orphans,
)
from doanso.files.actions.storing import (
    destroy_key,
    destroy_keys,
    destroy_on_error,
    fetch_blob,
    hash_content,
    keep,
    keep_with_transaction,
    open_blob,
    record_cipher,
    store,
)
from doanso.files.actions.texts import ask_text, resume_texts, take_text
from doanso.files.actions.versions import (
    add_version,
    begin_file,
    destroy_file,
    erase_by_law,
    keep_for_good,
    make_immutable,
)

__all__ = [
    "ForeignStoreError",
    "MoveResult",
    "add_version",
    "ask_text",
    "begin_file",
    "check_files",
    "destroy_file",
    "destroy_key",
    "destroy_keys",
    "destroy_on_error",
    "erase_by_law",
    "fetch_blob",
    "hash_content",
    "keep",
    "keep_for_good",
    "keep_with_transaction",
    "make_immutable",
    "move_files",
    "open_blob",
    "record_cipher",
    "remove_erased",
    "resume_texts",
    "run_maintenance",
    "store",
    "sweep_orphans",
    "take_text",
]
