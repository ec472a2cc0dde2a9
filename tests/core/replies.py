"""Answers by mail as programs write them: each with the text that its writer wrote. All of our own making.

Programs × languages × where the answer stands; what differs between programs is only how they mark what is answered.
"""

from email.message import EmailMessage
from html import escape

#: What people write, by language: two paragraphs, and two short answers.
SAID = {
    "en": (
        "I walked there on Sunday. The mud was up to my knees.\n\nWill you go again?",
        "At six.",
        "No, bring boots.",
    ),
    "de": (
        "Am Sonntag war ich dort. Das Watt war kniehoch.\n\nGehen Sie wieder hin?",
        "Um sechs.",
        "Nein, mit Stiefeln.",
    ),
    "fr": (
        "J'y étais dimanche. La vase montait aux genoux.\n\nY retournez-vous ?",
        "À six heures.",
        "Non, avec des bottes.",
    ),
    "es": ("Estuve allí el domingo. El barro llegaba a la rodilla.\n\n¿Volverán?", "A las seis.", "No, con botas."),
    "it": (
        "Ci sono stata domenica. Il fango arrivava al ginocchio.\n\nTornerete?",
        "Alle sei.",
        "No, con gli stivali.",
    ),
    "pt": ("Estive lá no domingo. A lama chegava aos joelhos.\n\nVão voltar?", "Às seis.", "Não, com botas."),
    "nl": (
        "Zondag was ik er. De modder kwam tot mijn knieën.\n\nGaan jullie weer?",
        "Om zes uur.",
        "Nee, met laarzen.",
    ),
    "sv": ("Jag var där i söndags. Leran gick till knäna.\n\nGår ni igen?", "Klockan sex.", "Nej, med stövlar."),
    "pl": ("Byłam tam w niedzielę. Błoto sięgało kolan.\n\nPójdziecie znowu?", "O szóstej.", "Nie, w kaloszach."),
    "ru": ("Я была там в воскресенье. Грязь по колено.\n\nПойдёте ещё?", "В шесть.", "Нет, в сапогах."),
    "tr": ("Pazar günü oradaydım. Çamur dizime geliyordu.\n\nYine gidecek misiniz?", "Altıda.", "Hayır, çizmeyle."),
    "zh": ("星期天我去了。泥没到膝盖。\n\n你们还会再去吗？", "六点。", "不，要穿靴子。"),
    "tw": ("星期天我去了。泥巴到膝蓋。\n\n你們還會再去嗎？", "六點。", "不，要穿靴子。"),
    "ja": ("日曜日に行きました。泥は膝までありました。\n\nまた行きますか。", "六時です。", "いいえ、長靴で。"),
    "ko": ("일요일에 갔습니다. 진흙이 무릎까지 왔어요.\n\n또 가시나요?", "여섯 시요.", "아니요, 장화를 신고요."),
    "ar": ("كنت هناك يوم الأحد. وصل الطين إلى الركبة.\n\nهل ستذهبون ثانية؟", "في السادسة.", "لا، بالحذاء الطويل."),
    "he": ("הייתי שם ביום ראשון. הבוץ הגיע לברכיים.\n\nתלכו שוב?", "בשש.", "לא, עם מגפיים."),
}
FIRST, SECOND = "When is low water?", "Do we need shoes?"
WHO, ADDRESS = "Low Tide", "answers+u1-i1-h9@example.org"

#: The line above what is quoted.
GMAIL = {
    "en": "On Sat, 14 Mar 2026 at 09:26, {who} <{address}> wrote:",
    "de": "Am Sa., 14. März 2026 um 09:26 Uhr schrieb {who} <{address}>:",
    "fr": "Le sam. 14 mars 2026 à 09:26, {who} <{address}> a écrit :",
    "es": "El sáb, 14 mar 2026 a las 9:26, {who} (<{address}>) escribió:",
    "it": "Il giorno sab 14 mar 2026 alle ore 09:26 {who} <{address}> ha scritto:",
    "pt": "Em sáb., 14 de mar. de 2026 às 09:26, {who} <{address}> escreveu:",
    "nl": "Op za 14 mrt 2026 om 09:26 schreef {who} <{address}>:",
    "sv": "Den lör 14 mars 2026 kl 09:26 skrev {who} <{address}>:",
    "pl": "sob., 14 mar 2026 o 09:26 {who} <{address}> napisał(a):",
    "ru": "сб, 14 мар. 2026 г. в 09:26, {who} <{address}>:",
    "tr": "{who} <{address}>, 14 Mar 2026 Cmt, 09:26 tarihinde şunu yazdı:",
    "zh": "{who} <{address}> 于2026年3月14日周六 09:26写道：",
    "tw": "{who} <{address}> 於 2026年3月14日 週六 上午9:26寫道：",
    "ja": "2026年3月14日(土) 9:26 {who} <{address}>:",
    "ko": "2026년 3월 14일 (토) 오전 9:26, {who} <{address}>님이 작성:",
    "ar": "في السبت، 14 مارس 2026 في 9:26 ص تمت كتابة ما يلي بواسطة \u202a{who}\u202c <\u202a{address}\u202c>:",
    "he": "\u202bבתאריך שבת, 14 במרץ 2026 ב-9:26 מאת \u202a{who}\u202c\u200f <\u202a{address}\u202c\u200f>:\u202c",
}
APPLE = {
    "en": "On 14 Mar 2026, at 09:26, {who} <{address}> wrote:",
    "de": "Am 14.03.2026 um 09:26 schrieb {who} <{address}>:",
    "fr": "Le 14 mars 2026 à 09:26, {who} <{address}> a écrit :",
    "es": "El 14 mar 2026, a las 9:26, {who} <{address}> escribió:",
    "it": "Il giorno 14 mar 2026, alle ore 09:26, {who} <{address}> ha scritto:",
    "nl": "Op 14 mrt 2026 om 09:26 heeft {who} <{address}> het volgende geschreven:",
    "sv": "14 mars 2026 kl. 09:26 skrev {who} <{address}>:",
    "zh": "2026年3月14日 09:26，{who} <{address}> 写道：",
    "tw": "{who} <{address}> 於 2026年3月14日 上午9:26 寫道：",
    "ja": "2026/03/14 9:26、{who} <{address}>のメール:",
    "ar": "في ١٤‏/٣‏/٢٠٢٦، الساعة ٩:٢٦ ص، كتب {who} <{address}>:",
}
THUNDERBIRD = {
    "en": "On 14/03/2026 09:26, {who} wrote:",
    "de": "Am 14.03.26 um 09:26 schrieb {who}:",
    "fr": "Le 14/03/2026 à 09:26, {who} a écrit :",
    "es": "El 14/3/26 a las 9:26, {who} escribió:",
    "it": "Il 14/03/26 09:26, {who} ha scritto:",
    "nl": "Op 14-03-2026 om 09:26 schreef {who}:",
    "pl": "W dniu 14.03.2026 o 09:26, {who} pisze:",
    "ru": "14.03.2026 09:26, {who} пишет:",
    "zh": "在 2026/3/14 9:26, {who} 写道:",
    "ja": "On 2026/03/14 9:26, {who} wrote:",
}
#: The heading above it, where nothing marks the lines.
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "pt": ("De", "Enviada em", "Para", "Assunto"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
    "tw": ("寄件者", "寄件日期", "收件者", "主旨"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "ar": ("من", "تاريخ الإرسال", "إلى", "الموضوع"),
    "he": ("מאת", "נשלח", "אל", "נושא"),
}
FOOTERS = {
    "en": "Sent from my iPhone",
    "de": "Von meinem iPhone gesendet",
    "fr": "Envoyé de mon iPhone",
    "es": "Enviado desde mi iPhone",
    "it": "Inviato da iPhone",
    "pt": "Enviado do meu iPhone",
    "nl": "Verstuurd vanaf mijn iPhone",
    "sv": "Skickat från min iPhone",
    "zh": "发自我的 iPhone",
    "tw": "從我的iPhone傳送",
    "ja": "iPhoneから送信",
    "ar": "أُرسلت من الـ iPhone",
}
ORIGINAL = f"{FIRST}\n\n{SECOND}\n\nUnsubscribe: https://courant.example/unsubscribe/u1-1-abc/"


def quoted(text):
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def paragraphs(text, tag="div"):
    return f"<{tag}><br></{tag}>".join(f"<{tag}>{escape(part)}</{tag}>" for part in text.split("\n\n"))


def in_style(style, said, top, first, second, bottom):
    """Parts in the order in which they stand, and what of them was written."""
    text, one, two = said
    if style == "top":
        return [text, *top, *bottom], text
    if style == "bottom":
        return [*top, *bottom, text], text
    return [*top, first, one, second, two], f"> {FIRST}\n\n{one}\n\n> {SECOND}\n\n{two}"


def plain(line, style, said, footer=""):
    """Lines behind `>`, as most programs write them."""
    line = line.format(who=WHO, address=ADDRESS)
    parts, expected = in_style(style, said, [line], quoted(FIRST), quoted(SECOND), [quoted(ORIGINAL)])
    text = "\n\n".join(parts)
    if footer:
        text = text.replace(f"\n\n{line}", f"\n\n{footer}\n\n{line}") if style == "top" else f"{text}\n\n{footer}"
    return message(text), expected


def wrapped(line, said):
    """The line above, broken where 78 signs are full, as Gmail does in what it calls plain."""
    line = line.format(who=WHO, address=ADDRESS)
    before, _space, after = line.rpartition(" <")
    return plain(f"{before}\n<{after}", "top", said)


def marked(line, style, said, attribution, quote):
    """HTML in which an element holds what is quoted."""
    above = attribution.format(escape(line.format(who=WHO, address=ADDRESS)))
    of = lambda text: quote.format(paragraphs(text))  # noqa: E731
    text, one, two = said
    pieces = tuple(paragraphs(part) for part in (text, one, two))
    parts, _html = in_style(style, pieces, [above], of(FIRST), of(SECOND), [of(ORIGINAL)])
    return message("<html><body>" + "<br>".join(parts) + "</body></html>", "html"), in_style(
        style, said, [], "", "", []
    )[1]


def below_heading(fields, said):
    """As Outlook writes it where there is no HTML."""
    values = (f"{WHO} <{ADDRESS}>", "14 March 2026 09:26", "Sumi", "March")
    heading = "\n".join(f"{field}: {value}" for field, value in zip(fields, values, strict=True))
    return message(f"{said[0]}\n\n{'_' * 32}\n{heading}\n\n{ORIGINAL}"), said[0]


def outlook(fields, said, before):
    """As Word sets it: nothing but a border tells."""
    heading = "<br>".join(f"<b>{field}:</b> {WHO}" for field in fields)
    body = "".join(f"<p class=MsoNormal>{escape(part)}<o:p></o:p></p>" for part in said[0].split("\n\n"))
    rest = f"<p class=MsoNormal>{heading}</p></div>{paragraphs(ORIGINAL, 'p')}"
    return message(f"<html><body><div class=WordSection1>{body}{before}{rest}</div></body></html>", "html"), said[0]


def chinese(divider, said):
    return message(f"{said[0]}\n\n{divider}\n{ORIGINAL}"), said[0]


def message(text, kind="plain"):
    made = EmailMessage()
    made["From"], made["Subject"] = "Sumi <sumi@example.org>", "Re: March"
    made.set_content(text, subtype=kind)
    return made


GMAIL_HTML = (
    '<div dir="ltr" class="gmail_attr">{}<br></div>',
    '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{}</blockquote>',
)
CITED = (
    '<div class="moz-cite-prefix">{}<br></div>',
    '<blockquote type="cite" cite="mid:1@example.org">{}</blockquote>',
)
BORDER = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
ON_THE_WEB = '<div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr">'
DIVIDERS = {
    "QQ": f'------------------ 原始邮件 ------------------\n发件人: "{WHO}" <{ADDRESS}>;',
    "Foxmail": f"发件人： {WHO}\n发送时间： 2026-03-14 09:26\n收件人： sumi\n主题： March",
    "163": f'在 2026-03-14 09:26:00，"{WHO}" <{ADDRESS}> 写道：',
    "163 in the old way": "---- 回复的原邮件 ----",
}


def replies():
    """Every one, by name."""
    for style in ("top", "bottom", "between"):
        for language, line in GMAIL.items():
            yield f"Gmail {language} {style}", marked(line, style, SAID[language], *GMAIL_HTML)
        for language, line in APPLE.items():
            yield f"Apple Mail {language} {style}", plain(line, style, SAID[language], FOOTERS.get(language, ""))
        for language, line in THUNDERBIRD.items():
            yield f"Thunderbird {language} {style}", plain(line, style, SAID[language])
        for language in ("en", "de", "fr", "zh"):
            yield f"Thunderbird HTML {language} {style}", marked(THUNDERBIRD[language], style, SAID[language], *CITED)
    for language, line in GMAIL.items():
        yield f"Gmail plain {language}", wrapped(line, SAID[language])
    for language, fields in OUTLOOK.items():
        yield f"Outlook plain {language}", below_heading(fields, SAID[language])
        yield f"Outlook {language}", outlook(fields, SAID[language], BORDER)
    for language in ("en", "zh", "ar"):
        yield f"Outlook on the web {language}", outlook(OUTLOOK[language], SAID[language], ON_THE_WEB)
    for name, divider in DIVIDERS.items():
        yield name, chinese(divider, SAID["zh"])
