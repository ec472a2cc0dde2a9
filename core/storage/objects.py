"""Files in an object store that speaks S3, for sites that run on several machines or keep nothing on theirs.

A file's address stays the site's own, whoever keeps it: pages and mails hold it for years, and the view behind it
decides who may see the file. `elsewhere` is where that view sends a browser.
"""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urljoin

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

#: A request must not wait for a store that is gone, and other makers' stores know no checksums of Amazon's.
CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 2},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
IN_MEMORY = 4 * 1024 * 1024
#: How long a signed address opens a file.
SIGNED_SECONDS = 600


def plainly[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """Raises what a disk would: FileNotFoundError, or ConnectionError where the store does not answer or refuses."""

    @wraps(act)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except (Boto3Error, BotoCoreError, ClientError) as problem:
            is_absent = isinstance(problem, ClientError) and problem.response["Error"]["Code"] in {"404", "NoSuchKey"}
            raise (FileNotFoundError if is_absent else ConnectionError)(f"The object store: {problem}") from problem

    return attempt


class ObjectStore(S3Storage):
    """`public_url` is where anybody can read the files, if that is so."""

    def get_default_settings(self) -> dict[str, Any]:
        ours = {"public_url": "", "client_config": CONFIG, "max_memory_size": IN_MEMORY}
        return super().get_default_settings() | ours

    @cached_property
    def client(self) -> Any:
        """Safe to share between threads, as the rest of boto3 is not."""
        return self.connection.meta.client

    @plainly
    def _open(self, name: str, mode: str = "rb") -> File:
        opened = super()._open(name, mode)
        opened.open()  # brings it here, so that whoever reads it waits for nobody
        return opened

    def url(self, name: str, parameters: Any = None, expire: int | None = None, http_method: str | None = None) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))

    def elsewhere(self, name: str, *, is_public: bool) -> str:
        """Where the store itself gives a file: for minutes to who may see it, for good where all may."""
        if is_public and self.public_url:
            return f"{self.public_url}/{filepath_to_uri(name)}"
        key = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        return self.client.generate_presigned_url("get_object", Params=key, ExpiresIn=SIGNED_SECONDS)

    _save, delete, exists = plainly(S3Storage._save), plainly(S3Storage.delete), plainly(S3Storage.exists)
    listdir, size = plainly(S3Storage.listdir), plainly(S3Storage.size)
    get_modified_time = plainly(S3Storage.get_modified_time)
