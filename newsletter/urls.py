"""Public addresses of content. They are a contract: tests spell them out as literals."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from newsletter.views import finding, machines, media, reading, theme


class UnicodeSlug(StringConverter):
    """A slug in any script, as `SlugField(allow_unicode=True)` stores it."""

    regex = r"[-\w]+"


class Year(StringConverter):
    regex = r"[0-9]{4}"


class FeedFile(StringConverter):
    regex = r"rss\.xml|atom\.xml|feed\.json"


register_converter(FeedFile, "feed")
register_converter(UnicodeSlug, "uslug")
register_converter(Year, "year")

app_name = "newsletter"

urlpatterns = [
    path("", reading.home, name="home"),
    path("articles/", reading.stand_alone_list, name="stand-alone-list"),
    path("articles/<uslug:article>/", reading.stand_alone, name="stand-alone"),
    path("tags/", finding.tags, name="tags"),
    path("tags/<uslug:tag>/", finding.tag, name="tag"),
    path("contributors/", finding.contributors, name="contributors"),
    path("contributors/<uslug:contributor>/", finding.contributor, name="contributor"),
    path("search/", finding.search, name="search"),
    path("media/<path:name>", media.media, name="media"),
    path("theme/<str:colour>.css", theme.stylesheet, name="theme"),
    path("feeds/<feed:file>", machines.site_feed, name="site-feed"),
    path("feeds/tags/<uslug:tag>/<feed:file>", machines.tag_feed, name="tag-feed"),
    path("feeds/<uslug:newsletter>/<feed:file>", machines.newsletter_feed, name="newsletter-feed"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", machines.sitemap_part, name="sitemap-part"),
    path("robots.txt", machines.robots, name="robots"),
    path("<uslug:newsletter>/", reading.newsletter, name="newsletter"),
    path("<uslug:newsletter>/about/", reading.about, name="about"),
    path("<uslug:newsletter>/<year:year>/", reading.year, name="year"),
    path("<uslug:newsletter>/<uslug:issue>/", reading.issue, name="issue"),
    path("<uslug:newsletter>/<uslug:issue>/<uslug:article>/", reading.article, name="article"),
]
