"""What search knows of each article and issue, and where the databases keep their index of it."""

from typing import TYPE_CHECKING, ClassVar, Self, cast

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connections, models
from django.db.models import Exists, FloatField, OuterRef, Q
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce

from newsletter.models.articles import Article
from newsletter.models.issues import Issue

if TYPE_CHECKING:
    from newsletter.searching.queries import Query

VECTOR = RawSQL('"newsletter_searchentry"."vector"', [], output_field=SearchVectorField())


class SearchEntryQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Entries of what everybody may see. Asked for each entry, so that few matches cost little."""
        article = Article.objects.published().filter(pk=OuterRef("article"))
        issue = Issue.objects.published().filter(pk=OuterRef("issue"))
        return self.filter(Exists(article) | Exists(issue))

    def matching(self, query: "Query") -> Self:
        """Entries in which all of `query` stands."""
        if connections[self.db].vendor == "postgresql":
            return self.alias(vector=VECTOR).filter(vector=postgres_query(query))
        # FTS5's table is virtual and has no model that could be joined otherwise.
        matching = self.extra(
            tables=["newsletter_searchindex"],
            where=["newsletter_searchindex.rowid = newsletter_searchentry.id", "newsletter_searchindex MATCH %s"],
            params=[query.fts5],
        )
        return cast("Self", matching)

    def best_first(self, query: "Query") -> Self:
        """Those that match best before others, new before old; to be called on those that match."""
        if connections[self.db].vendor == "postgresql":
            rank: Combinable = -SearchRank(VECTOR, postgres_query(query), normalization=1)
        else:
            rank = RawSQL("newsletter_searchindex.rank", [], output_field=FloatField())
        date = Coalesce("article__published_at", "issue__published_at")
        return self.order_by(rank, date.desc(), "-pk")


def postgres_query(query: "Query") -> SearchQuery:
    return SearchQuery(query.tsquery, config="courant", search_type="raw")


class SearchEntry(models.Model):
    """The texts of one article or issue, split into words by `newsletter.searching`, which alone writes them. On
    PostgreSQL the table has one more column, `vector`, generated from them and indexed; on SQLite triggers keep a
    table of FTS5 in step, `newsletter_searchindex`, whose hidden column `rank` is bm25 with the weights that the
    migration sets. A later migration that alters this table on SQLite loses the triggers and has to restore them."""

    article = models.OneToOneField(Article, null=True, on_delete=models.CASCADE, related_name="search_entry")
    issue = models.OneToOneField(Issue, null=True, on_delete=models.CASCADE, related_name="search_entry")
    title = models.TextField()
    keywords = models.TextField()
    text = models.TextField()
    #: What excerpts are taken from: the text as people read it, and in the last line source, contributors and tags.
    plain = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(article=None, issue__isnull=False) | Q(article__isnull=False, issue=None),
                name="entry_of_one_article_or_issue",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def thing(self) -> Article | Issue:
        """What this is the entry of."""
        return cast("Article | Issue", self.article or self.issue)


class SearchWord(models.Model):
    """A word of public texts, for what `newsletter.searching.known` guesses. None of drafts is among them."""

    LONGEST: ClassVar = 40

    word = models.CharField(max_length=LONGEST, primary_key=True)
    #: With its accents and capitals.
    spelling = models.CharField(max_length=200)
    #: In how many texts it is.
    uses = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.spelling
