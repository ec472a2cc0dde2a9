"""What can be found about a sender, in an editor's words. Codes and facts are stored, so that everybody reads them in
a language of their own."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GOOD, MEND, UNKNOWN = "good", "mend", "unknown"
STATES: dict[str, Promise] = {GOOD: _("good"), MEND: _("to mend"), UNKNOWN: _("not known")}


class Part(NamedTuple):
    """Something that receivers look at; `why` they do."""

    name: Promise
    why: Promise


GROUPS: list[tuple[Promise, dict[str, Part]]] = [
    (
        _("The sender"),
        {
            "address": Part(
                _("An address of your own"),
                _("Mailbox providers let nobody else send in their name, whatever the newsletter is."),
            ),
            "mx": Part(
                _("Its domain takes mail"),
                _("A sender that cannot be answered looks like one that hides; many servers refuse it."),
            ),
        },
    ),
    (
        _("That it is really you"),
        {
            "spf": Part(
                _("SPF: who may send"),
                _("Gmail and Yahoo ask every sender for SPF or DKIM, and whoever mails many people for both."),
            ),
            "dkim": Part(
                _("DKIM: the signature"),
                _("It shows that the mail is yours and unchanged, also when somebody passes it on."),
            ),
            "dmarc": Part(
                _("DMARC: what becomes of forgeries"),
                _("Gmail, Yahoo and Microsoft ask for it from whoever mails more than 5,000 people a day."),
            ),
            "alignment": Part(
                _("All of it under one name"),
                _("SPF or DKIM must vouch for the domain that readers see as the sender; else DMARC fails."),
            ),
        },
    ),
    (
        _("The way there"),
        {
            "server": Part(
                _("To your mail server"),
                _("What is not encrypted on this way can be read by others, the password too."),
            ),
            "tls": Part(_("On to the readers"), _("Gmail asks for TLS, and marks mail that came without.")),
            "ptr": Part(
                _("PTR: the sending machine has a name"),
                _("Gmail and Yahoo ask that its address has a name, and that the name leads back to the address."),
            ),
        },
    ),
    (
        _("What comes back"),
        {
            "return": Part(
                _("The return path"),
                _("Who goes on writing to mailboxes that are not there any more is taken for a spammer."),
            ),
            "reply": Part(_("Answers"), _("Readers answer newsletters, and receivers count answers as a good sign.")),
            "unsubscribe": Part(
                _("Leaving with one click"),
                _("Gmail and Yahoo show their own button for it, and ask for it from whoever mails many people."),
            ),
        },
    ),
]
PARTS = {name: part for _group, parts in GROUPS for name, part in parts.items()}

TEST_MAIL = _("The test mail tells: send it to yourself.")
SILENT = (UNKNOWN, _("What was asked was not answered, or not in time. Check again later."))

WORDS: dict[str, tuple[str, Promise]] = {
    "address.own": (GOOD, _("Mail comes from %(address)s.")),
    "address.provider": (
        MEND,
        _(
            "%(address)s belongs to a mailbox provider, who has all others' mail in its name refused. Take an "
            "address at a domain of your own as the sender's; answers may still go where you read them."
        ),
    ),
    "address.nowhere": (
        MEND,
        _("%(address)s is no address that others could answer. Give the newsletter a sender's address that exists."),
    ),
    "mx.good": (GOOD, _("%(hosts)s takes mail for %(domain)s.")),
    "mx.implicit": (
        UNKNOWN,
        _(
            "%(domain)s names no mail server, so its mail goes to the machine of its web pages, if that takes "
            "any. Name the server that has your mailboxes, as below."
        ),
    ),
    "mx.none": (
        MEND,
        _("%(domain)s names no server that takes its mail. Name the one that has your mailboxes, as below."),
    ),
    "mx.refuses": (
        MEND,
        _("%(domain)s says that it takes no mail at all. Name the server that has your mailboxes, as below."),
    ),
    "spf.missing": (MEND, _("%(domain)s does not say who may send for it.")),
    "spf.several": (MEND, _("%(domain)s has several SPF records, so receivers heed none: make one of them.")),
    "spf.term": (MEND, _("The SPF record of %(domain)s has something that no receiver understands: %(where)s")),
    "spf.include": (MEND, _("The SPF record of %(domain)s includes that of %(where)s, which is not there.")),
    "spf.lookups": (
        MEND,
        _(
            "To follow the SPF record of %(domain)s takes more than 10 questions, so it counts as wrong: take out"
            " whom you no longer send by."
        ),
    ),
    "spf.voids": (
        MEND,
        _("The SPF record of %(domain)s names more than two hosts that are not there, so it counts as wrong."),
    ),
    "spf.open": (
        MEND,
        _("The SPF record of %(domain)s lets everybody send, or does not say. It should end in ~all or -all."),
    ),
    "spf.lacks": (MEND, _("The SPF record of %(domain)s does not name %(service)s, by which you send.")),
    "spf.refuses": (
        MEND,
        _("The SPF record of %(domain)s does not name %(host)s (%(address)s), which sends your mail."),
    ),
    "spf.good": (GOOD, _("The SPF record of %(domain)s names %(host)s (%(address)s), which sends your mail.")),
    "spf.includes": (GOOD, _("The SPF record of %(domain)s names %(service)s, by which you send.")),
    "spf.theirs": (
        GOOD,
        _("Mail returns to %(domain)s, a domain of those who send for you, and its SPF record names %(host)s."),
    ),
    "spf.unseen": (
        UNKNOWN,
        _(
            "The SPF record of %(domain)s can be followed. Whether it names the machine that sends, the test mail"
            " tells."
        ),
    ),
    "spf.not_yours": (
        UNKNOWN,
        _("Mail by %(service)s returns to a domain that is set there. The test mail tells which, and what it says."),
    ),
    "dkim.unasked": (UNKNOWN, _("Under which name the key stands, only a signed mail tells: send the test mail.")),
    "dkim.unsigned": (
        MEND,
        _(
            "The mail arrived without a signature of %(domain)s. Have your mail server or mail service sign in "
            "its name; it gives you a record like this one."
        ),
    ),
    "dkim.no_key": (MEND, _("There is no key at %(name)s, so the signature cannot be checked.")),
    "dkim.several": (MEND, _("At %(name)s stand several keys, so none holds: leave the right one.")),
    "dkim.revoked": (MEND, _("The key at %(name)s is empty: it was taken back.")),
    "dkim.broken": (MEND, _("What stands at %(name)s is no key: it was cut off, or has letters too many.")),
    "dkim.short": (MEND, _("The key at %(name)s has %(bits)s bits, and counts as none: have one made with 2048.")),
    "dkim.test": (MEND, _("The key at %(name)s is marked as a test (t=y), and need not be heeded: take that out.")),
    "dkim.fails": (MEND, _("The key is there, but the receiver says of the signature of %(domain)s: %(result)s.")),
    "dkim.key": (
        UNKNOWN,
        _("The key at %(name)s is there (%(bits)s bits). Whether mail is signed, the test mail tells."),
    ),
    "dkim.key_1024": (
        UNKNOWN,
        _(
            "The key at %(name)s is there (1024 bits; have 2048 the next time). Whether mail is signed, the test "
            "mail tells."
        ),
    ),
    "dkim.unsaid": (
        UNKNOWN,
        _("The mail is signed by %(domain)s, and the key is there. Whether both fit, the receiver does not say."),
    ),
    "dkim.good": (GOOD, _("The mail is signed by %(domain)s (%(bits)s bits), and the receiver says that it fits.")),
    "dmarc.missing": (
        MEND,
        _(
            "Neither %(domain)s nor a domain above it says what is to become of forgeries. In place of dmarc@… "
            "put an address that you read: reports go there."
        ),
    ),
    "dmarc.several": (MEND, _("%(domain)s has several DMARC records, so receivers heed none: leave one.")),
    "dmarc.broken": (MEND, _("The DMARC record of %(domain)s has no policy: p=none, quarantine or reject.")),
    "dmarc.no_reports": (
        GOOD,
        _("%(domain)s says: p=%(policy)s. With an address for reports (rua) you would hear who sends in your name."),
    ),
    "dmarc.none": (
        GOOD,
        _(
            "%(domain)s says: p=none. That is enough; once the reports show nothing strange, p=quarantine keeps "
            "forgeries away."
        ),
    ),
    "dmarc.good": (GOOD, _("%(domain)s says: p=%(policy)s.")),
    "alignment.unseen": (UNKNOWN, TEST_MAIL),
    "alignment.home": (
        UNKNOWN,
        _(
            "The test mail never left your own servers, so it shows nothing of what others see. Have it sent to a"
            " mailbox elsewhere, such as Gmail's, and bring it back here as it arrived."
        ),
    ),
    "alignment.unsaid": (
        UNKNOWN,
        _("%(by)s took the mail, and says nothing of SPF and DKIM. A mailbox at Gmail or Outlook would."),
    ),
    "alignment.good": (GOOD, _("%(method)s vouches for %(domain)s, the domain that readers see.")),
    "alignment.none": (
        MEND,
        _(
            "What was found good is of %(others)s, and readers see %(domain)s. Have mail signed (DKIM) in the "
            "name of %(domain)s, or returned to it."
        ),
    ),
    "alignment.nothing": (MEND, _("The receiver found neither SPF nor DKIM good, so nothing vouches for %(domain)s.")),
    "server.good": (GOOD, _("%(host)s is spoken to encrypted.")),
    "server.clear": (
        MEND,
        _("What is said to %(host)s can be read by others. Have ?tls=required added to MAIL_URL, if it can do that."),
    ),
    "server.refuses": (MEND, _("%(host)s does not take mail from us: %(error)s")),
    "server.here": (GOOD, _("%(host)s is on this very machine.")),
    "server.folder": (UNKNOWN, _("Mail goes to a folder, so far.")),
    "server.service": (GOOD, _("%(service)s is spoken to by HTTPS.")),
    "tls.unseen": (UNKNOWN, TEST_MAIL),
    "tls.good": (GOOD, _("%(by)s took the mail by TLS.")),
    "tls.clear": (
        MEND,
        _(
            "%(by)s took the mail without TLS. Have your mail server use it where it is offered (in Postfix: "
            "smtp_tls_security_level = may)."
        ),
    ),
    "ptr.unseen": (UNKNOWN, TEST_MAIL),
    "ptr.good": (GOOD, _("%(address)s is called %(name)s, and that leads back to it.")),
    "ptr.missing": (
        MEND,
        _("%(address)s, which sends your mail, has no name. Whoever rents the machine out to you can give it one."),
    ),
    "ptr.elsewhere": (
        MEND,
        _(
            "%(address)s is called %(name)s, but that does not lead back to it: give the name this record, or the"
            " address another name."
        ),
    ),
    "return.good": (GOOD, _("What cannot be delivered is reported to %(address)s, and the site reads it.")),
    "return.unseen": (
        UNKNOWN,
        _(
            "The site reads a mailbox. Whether mail to %(address)s comes there shows once the test mail is sent: "
            "one goes there as well, and should be there within ten minutes."
        ),
    ),
    "return.unset": (
        MEND,
        _(
            "Reports of what cannot be delivered go to %(address)s, where a person finds them, and the site does "
            "not. Whoever runs the site sets BOUNCE_ADDRESS and BOUNCE_MAILBOX."
        ),
    ),
    "return.unread": (
        MEND,
        _("Reports go to %(address)s, but the site reads no mailbox: whoever runs it sets BOUNCE_MAILBOX."),
    ),
    "return.locked": (MEND, _("The mailbox of %(address)s cannot be read: %(error)s")),
    "return.webhook": (
        UNKNOWN,
        _(
            "The site listens to what %(service)s tells of mail that could not be delivered. Whether its webhook "
            "is set up, only its own pages show."
        ),
    ),
    "return.no_webhook": (
        MEND,
        _("%(service)s cannot tell the site what could not be delivered: whoever runs it sets up a webhook."),
    ),
    "return.no_mx": (MEND, _("Reports go to %(address)s, but %(domain)s takes no mail.")),
    "reply.good": (GOOD, _("Answers go to %(address)s, and %(domain)s takes mail.")),
    "reply.no_mx": (MEND, _("Answers go to %(address)s, but %(domain)s takes no mail.")),
    "reply.unset": (
        MEND,
        _(
            "Answers by mail are switched on for this newsletter, but the site has no address for them: whoever "
            "runs it sets REPLY_ADDRESS and BOUNCE_MAILBOX."
        ),
    ),
    "reply.signed_good": (GOOD, _("Mail to %(address)s arrives with what stands behind the +.")),
    "reply.signed_unseen": (
        UNKNOWN,
        _(
            "Whether mail to %(address)s arrives with what stands behind the + shows once the test mail is sent: "
            "one goes there as well. If it does not come within minutes, have your mail server take + as the "
            "delimiter (in Postfix: recipient_delimiter = +)."
        ),
    ),
    "unsubscribe.http": (
        MEND,
        _(
            "The address for leaving begins with http: receivers heed only https. Whoever runs the site puts TLS "
            "in front."
        ),
    ),
    "unsubscribe.good": (GOOD, _("The address for leaving answers at %(host)s, as the mail names it.")),
    "unsubscribe.wrong": (MEND, _("At the address for leaving answers something else: %(url)s gives %(status)s.")),
    "unsubscribe.nowhere": (MEND, _("Nobody finds the address for leaving, %(url)s: see DNS and SITE_URL.")),
    "unsubscribe.certificate": (MEND, _("The certificate of %(host)s is not good: %(error)s")),
    "unsubscribe.unreached": (
        UNKNOWN,
        _(
            "From here, %(host)s could not be reached as others would. Open %(url)s in a browser: it should show "
            "a page."
        ),
    ),
    "unsubscribe.covered": (GOOD, _("List-Unsubscribe is in the mail and signed with it, as RFC 8058 asks.")),
    "unsubscribe.bare": (
        MEND,
        _(
            "List-Unsubscribe is in the mail, but not signed with it. Have List-Unsubscribe and "
            "List-Unsubscribe-Post signed (in OpenDKIM: SignHeaders *,+List-Unsubscribe,+List-Unsubscribe-Post)."
        ),
    ),
    "unsubscribe.lost": (MEND, _("The mail arrived without List-Unsubscribe: something on its way took it out.")),
}


def said(code: str, facts: dict[str, str]) -> tuple[str, str]:
    """The state, and a sentence."""
    state, words = WORDS.get(code, SILENT)
    return state, str(words) % facts
