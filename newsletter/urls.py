"""Public addresses of content. They are a contract: tests spell them out as literals."""

from django.urls import path

from newsletter import converters  # noqa: F401 - the patterns below name them
from newsletter.views import finding, machines, media, reading

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
    path("theme/<str:colour>.css", machines.stylesheet, name="theme"),
    path("preview/<str:token>/", reading.shared, name="shared"),
    path("feeds/<feed:file>", machines.site_feed, name="site-feed"),
    path("feeds/tags/<uslug:tag>/<feed:file>", machines.tag_feed, name="tag-feed"),
    path("feeds/<uslug:newsletter>/<feed:file>", machines.newsletter_feed, name="newsletter-feed"),
    path("events/<uslug:event>.ics", machines.event_calendar, name="event-calendar"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", machines.sitemap_part, name="sitemap-part"),
    path("robots.txt", machines.robots, name="robots"),
    path("<uslug:newsletter>/", reading.newsletter, name="newsletter"),
    path("<uslug:newsletter>/events.ics", machines.newsletter_calendar, name="calendar"),
    path("<uslug:newsletter>/about/", reading.about, name="about"),
    path("<uslug:newsletter>/<year:year>/", reading.year, name="year"),
    path("<uslug:newsletter>/<uslug:issue>/", reading.issue, name="issue"),
    path("<uslug:newsletter>/<uslug:issue>/<uslug:article>/", reading.article, name="article"),
]
