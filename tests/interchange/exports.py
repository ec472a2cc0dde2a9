"""Exports of other programs, in the shape in which these write them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import IO

from interchange.bringing.found import Aside, Format, Found, Wishes

PLAIN = Wishes()


class Lying:
    """Files as they lie in an archive."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = content
        self.names: Sequence[str] = sorted(content)

    def open(self, name: str) -> IO[bytes]:
        return BytesIO(self.content[name])

    def size(self, name: str) -> int:
        return len(self.content[name])


def archive(content: Mapping[str, str | bytes]) -> Lying:
    return Lying({name: part.encode() if isinstance(part, str) else part for name, part in content.items()})


def brought(
    kind: Format, content: Mapping[str, str | bytes], wishes: Wishes = PLAIN
) -> tuple[list[Found], list[Aside]]:
    """What a format finds, and what it leaves aside."""
    files = archive(content)
    assert kind.recognises(files)
    found = list(kind.read(files, wishes))
    return [each for each in found if isinstance(each, Found)], [each for each in found if isinstance(each, Aside)]


WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4.3" created="2024-03-31 10:00" -->
<rss version="2.0"
    xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:wfw="http://wellformedweb.org/CommentAPI/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
    <title>Low Water</title>
    <link>https://lowwater.example</link>
    <wp:wxr_version>1.2</wp:wxr_version>
    <wp:base_site_url>https://lowwater.example</wp:base_site_url>
    <wp:base_blog_url>https://lowwater.example</wp:base_blog_url>
    <wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[edda]]></wp:author_login>
    <wp:author_email><![CDATA[edda@lowwater.example]]></wp:author_email>
    <wp:author_display_name><![CDATA[Edda Editor]]></wp:author_display_name></wp:author>
{items}
</channel>
</rss>
"""


def wxr(*items: str) -> str:
    return WXR.replace("{items}", "\n".join(items))


def wxr_item(number: int, content: str, *more: str, **facts: str) -> str:
    """An item with whatever differs from a published post of 2019."""
    said = {
        "title": f"Post {number}",
        "link": f"https://lowwater.example/2019/03/post-{number}/",
        "type": "post",
        "status": "publish",
        "name": f"post-{number}",
        "date": "2019-03-04 12:00:00",
        "excerpt": "",
    } | facts
    return f"""    <item>
        <title><![CDATA[{said["title"]}]]></title>
        <link>{said["link"]}</link>
        <pubDate>Mon, 04 Mar 2019 12:00:00 +0000</pubDate>
        <dc:creator><![CDATA[edda]]></dc:creator>
        <guid isPermaLink="false">https://lowwater.example/?p={number}</guid>
        <description></description>
        <content:encoded><![CDATA[{content}]]></content:encoded>
        <excerpt:encoded><![CDATA[{said["excerpt"]}]]></excerpt:encoded>
        <wp:post_id>{number}</wp:post_id>
        <wp:post_date><![CDATA[{said["date"]}]]></wp:post_date>
        <wp:post_date_gmt><![CDATA[{said["date"]}]]></wp:post_date_gmt>
        <wp:comment_status><![CDATA[open]]></wp:comment_status>
        <wp:post_name><![CDATA[{said["name"]}]]></wp:post_name>
        <wp:status><![CDATA[{said["status"]}]]></wp:status>
        <wp:post_parent>{said.get("parent", "0")}</wp:post_parent>
        <wp:post_type><![CDATA[{said["type"]}]]></wp:post_type>
        <wp:post_password><![CDATA[{said.get("password", "")}]]></wp:post_password>
        {"".join(more)}
    </item>"""


def wxr_meta(key: str, value: str) -> str:
    return (
        f"<wp:postmeta><wp:meta_key><![CDATA[{key}]]></wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


def wxr_category(domain: str, name: str, nicename: str = "x") -> str:
    return f'<category domain="{domain}" nicename="{nicename}"><![CDATA[{name}]]></category>'


def wxr_attachment(number: int, address: str, *, parent: int = 0, caption: str = "", alt: str = "") -> str:
    return wxr_item(
        number,
        "",
        f"<wp:attachment_url><![CDATA[{address}]]></wp:attachment_url>",
        wxr_meta("_wp_attachment_image_alt", alt),
        type="attachment",
        status="inherit",
        parent=str(parent),
        excerpt=caption,
    )


def wxr_comment(number: int, parent: int, name: str, text: str, *, state: str = "1", kind: str = "comment") -> str:
    return f"""
        <wp:comment>
            <wp:comment_id>{number}</wp:comment_id>
            <wp:comment_author><![CDATA[{name}]]></wp:comment_author>
            <wp:comment_author_email><![CDATA[reader{number}@example.org]]></wp:comment_author_email>
            <wp:comment_author_url>https://reader.example</wp:comment_author_url>
            <wp:comment_author_IP><![CDATA[192.0.2.7]]></wp:comment_author_IP>
            <wp:comment_date><![CDATA[2019-03-05 09:00:{number % 60:02}]]></wp:comment_date>
            <wp:comment_date_gmt><![CDATA[2019-03-05 08:00:{number % 60:02}]]></wp:comment_date_gmt>
            <wp:comment_content><![CDATA[{text}]]></wp:comment_content>
            <wp:comment_approved><![CDATA[{state}]]></wp:comment_approved>
            <wp:comment_type><![CDATA[{kind}]]></wp:comment_type>
            <wp:comment_parent>{parent}</wp:comment_parent>
            <wp:comment_user_id>0</wp:comment_user_id>
        </wp:comment>"""
