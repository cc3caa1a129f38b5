"""The ledger's subjects as a whole."""

from doanso.ledger.models import Subject


def subject_count() -> int:
    """Return the number of subjects through which filling a book goes, merged ones left out."""
    return Subject.objects.filter(merged_into=None).count()
