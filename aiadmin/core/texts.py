"""Texts people read: the type of one, and the catalogue of the pages' scripts as a page hands it to them."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Of `gettext` or of `gettext_lazy`.
Text: TypeAlias = "str | _StrPromise"

LOCALE = Path(__file__).resolve().parents[1] / "locale"


@functools.cache
def for_scripts() -> dict[str, str]:
    """Texts of `static/js` by their English words. Only ours: Django's are for its own admin."""
    catalogue = JSONCatalog()
    catalogue.translation = DjangoTranslation(
        settings.LANGUAGE_CODE, domain="djangojs", localedirs=[str(LOCALE)]
    )
    return {english: str(russian) for english, russian in catalogue.get_catalog().items()}
