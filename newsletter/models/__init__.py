"""What is published, and by whom."""

from newsletter.models.articles import Article, Contribution, TaggedArticle
from newsletter.models.contributors import Contributor
from newsletter.models.corrections import Correction
from newsletter.models.events import Event
from newsletter.models.issues import Issue, Section
from newsletter.models.kept import KeptForm
from newsletter.models.links import Link
from newsletter.models.mentions import Mention
from newsletter.models.newsletters import Newsletter
from newsletter.models.pictures import Picture
from newsletter.models.publishable import Publishable, Status
from newsletter.models.redirects import Redirect
from newsletter.models.revisions import Revision
from newsletter.models.search import SearchEntry, SearchWord
from newsletter.models.shares import Share
