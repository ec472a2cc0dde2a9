"""The domain of an address is stored in Punycode; who stood here under both forms becomes one: a no of either stays a no,
and all that was said and mailed is kept.

Each address is a transaction of its own, so that nobody waits for it; what was killed can be run again.
"""

from django.conf import settings
from django.db import migrations, models, transaction
from django.utils.crypto import salted_hmac

#: Of two states the first counts.
STATES = ["left", "active", "asked"]
WAITING = ["queued", "claimed"]


def normal(email):
    local, at, domain = email.rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return email


def compare(apps, schema_editor):
    for model, work in {"Subscriber": bring, "Suppression": rehash, "Move": lead}.items():
        rows = apps.get_model("mailing", model).objects
        found = [pk for pk, email in rows.values_list("pk", "email").iterator() if not email.isascii()]
        for pk in found:
            with transaction.atomic():
                work(apps, rows.select_for_update().get(pk=pk))


def bring(apps, row):
    rows = apps.get_model("mailing", "Subscriber").objects
    other = rows.select_for_update().filter(email=normal(row.email)).exclude(pk=row.pk).first()
    if other:
        row, other = sorted([row, other], key=lambda each: each.pk)
        join(apps, row, other)
    rows.filter(pk=row.pk).update(email=normal(row.email))


def join(apps, kept, other):
    """All that belongs to the `other` is the first one's from now on."""
    for each in apps.get_model("mailing", "Subscription").objects.filter(subscriber_id=other.pk):
        subscribe(apps, kept, each)
    deliveries = apps.get_model("mailing", "Delivery").objects
    both = list(deliveries.filter(subscriber_id=other.pk).values_list("dispatch", "state"))
    # Of two copies of one mailing the one that went out counts: nobody gets a second one.
    gone = [dispatch for dispatch, state in both if state not in WAITING]
    deliveries.filter(subscriber_id=kept.pk, dispatch__in=gone, state__in=WAITING).update(
        subscriber=None, state="skipped", answer="two spellings of one address"
    )
    taken = list(deliveries.filter(subscriber_id=kept.pk).values_list("dispatch", flat=True))
    doubled = deliveries.filter(subscriber_id=other.pk, dispatch__in=taken)
    doubled.filter(state__in=WAITING).update(state="skipped", answer="two spellings of one address")
    doubled.update(subscriber=None)
    for model in ("Delivery", "Bounce", "Move"):
        apps.get_model("mailing", model).objects.filter(subscriber_id=other.pk).update(subscriber_id=kept.pk)
    suppressions = apps.get_model("mailing", "Suppression").objects
    is_known = suppressions.filter(subscriber_id=kept.pk).exists()
    suppressions.filter(subscriber_id=other.pk).update(subscriber_id=None if is_known else kept.pk)
    kept.user_id = kept.user_id or other.user_id
    kept.name, kept.language = kept.name or other.name, kept.language or other.language
    kept.paused_until = max(filter(None, [kept.paused_until, other.paused_until]), default=None)
    other.delete()
    kept.save()


def subscribe(apps, kept, theirs):
    mine = kept.subscriptions.filter(newsletter_id=theirs.newsletter_id).first()
    if mine is None:
        type(theirs).objects.filter(pk=theirs.pk).update(subscriber_id=kept.pk)
        return
    consents = apps.get_model("mailing", "Consent").objects
    consents.filter(subscription_id=theirs.pk).update(subscription_id=mine.pk)
    if mine.state != theirs.state and "left" in {mine.state, theirs.state}:
        # So that the record says last what counts.
        consents.create(subscription_id=mine.pk, event="left", form="two spellings of one address", at=theirs.since)
    if STATES.index(theirs.state) < STATES.index(mine.state):
        mine.state, mine.since = theirs.state, theirs.since
    mine.asked_at = mine.asked_at or theirs.asked_at
    mine.save()


def rehash(apps, row):
    rows, email = apps.get_model("mailing", "Suppression").objects, normal(row.email)
    key = salted_hmac("mailing.suppressing", email, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    same = rows.filter(models.Q(digest=key) | models.Q(email=email)).exclude(pk=row.pk).first()
    if same is None:
        rows.filter(pk=row.pk).update(email=email, digest=key)
        return
    rows.filter(pk=row.pk).delete()
    if same.subscriber_id is None:
        rows.filter(pk=same.pk).update(subscriber_id=row.subscriber_id)


def lead(apps, row):
    type(row).objects.filter(pk=row.pk).update(email=normal(row.email))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("mailing", "0013_stop_at_what_came_back")]

    operations = [
        # Nothing tells any more who stood here twice; the form that is left means the same.
        migrations.RunPython(compare, migrations.RunPython.noop),
    ]
