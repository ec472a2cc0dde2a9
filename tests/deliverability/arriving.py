"""A newsletter's test mail as receivers of several makes hand it over: headers of our own writing, in their forms."""

from email import message_from_bytes, policy

from deliverability.sender.arrived import read

#: The machine that sends.
HOST, ADDRESS = "mail.low.example", "5.9.44.20"

SENT = """\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=low.example; s=courant;
\tt=1764000000; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
\th=From:To:Subject:Date:Message-ID:List-Id:List-Unsubscribe:
\t List-Unsubscribe-Post; b=Zm9v
Received: from news.low.example (localhost [127.0.0.1])
\tby mail.low.example (Postfix) with ESMTP id 4A1; Tue, 01 Dec 2026 04:00:00 +0000 (UTC)
From: Ada at Low Tide <ada@low.example>
To: edda@example.org
Subject: [Test] Does the mail of Low Tide arrive as it should?
Message-ID: <1@low.example>
Date: Tue, 01 Dec 2026 04:00:00 +0000
List-Id: <newsletter-1.low.example>
List-Unsubscribe: <https://low.example/unsubscribe/u0-1/>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

This mail goes the way that issues go.
"""

GMAIL = """\
Delivered-To: edda@gmail.com
Received: by 2002:a05:6a10:1234:b0:5c9:aa12:f9f5 with SMTP id bb1csp1px;
        Mon, 30 Nov 2026 20:00:02 -0800 (PST)
X-Received: by 2002:a17:906:c146:b0:ac3:1 with SMTP id a640c-1;
        Mon, 30 Nov 2026 20:00:01 -0800 (PST)
ARC-Seal: i=1; a=rsa-sha256; t=1764000001; cv=none; d=google.com; s=arc-20240605; b=Zm9v
ARC-Authentication-Results: i=1; mx.google.com; spf=fail smtp.mailfrom=forged.example
Return-Path: <bounces@low.example>
Received: from mail.low.example (mail.low.example. [5.9.44.20])
        by mx.google.com with ESMTPS id a1si1ejc.1.2026.11.30.20.00.01
        for <edda@gmail.com>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Mon, 30 Nov 2026 20:00:01 -0800 (PST)
Received-SPF: pass (google.com: domain of bounces@low.example designates 5.9.44.20 as permitted sender)
Authentication-Results: mx.google.com;
       dkim=pass header.i=@low.example header.s=courant header.b=Zm9vYmFy;
       spf=pass (google.com: domain of bounces@low.example designates 5.9.44.20 as permitted sender)
       smtp.mailfrom=bounces@low.example;
       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=low.example
"""

OUTLOOK = """\
Received: from AM0PR01MB0001.eurprd01.prod.exchangelabs.com (2603:10a6:208:1::1)
 by PA4PR01MB0002.eurprd01.prod.exchangelabs.com with HTTPS; Tue, 1 Dec 2026 04:00:03 +0000
Received: from DB3EUR04FT001.eop-eur04.prod.protection.outlook.com
 (2603:10a6:10:2::5) by DU2PR04CA0001.outlook.office365.com (2603:10a6:10:3::6) with Microsoft SMTP Server
 (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20; Tue, 1 Dec 2026 04:00:02 +0000
Authentication-Results: spf=pass (sender IP is 5.9.44.20)
 smtp.mailfrom=low.example; dkim=pass (signature was verified)
 header.d=low.example;dmarc=pass action=none
 header.from=low.example;compauth=pass reason=100
Received-SPF: Pass (protection.outlook.com: domain of low.example designates 5.9.44.20 as permitted sender)
 receiver=protection.outlook.com; client-ip=5.9.44.20; helo=mail.low.example;
Received: from mail.low.example (5.9.44.20) by
 DB3EUR04FT001.mail.protection.outlook.com (10.152.24.1) with Microsoft SMTP
 Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20; Tue, 1 Dec 2026 04:00:01 +0000
Return-Path: bounces@low.example
"""

POSTFIX = """\
Return-Path: <bounces@low.example>
Delivered-To: edda@high.example
Received: from mx.high.example by imap.high.example with LMTP id 1; Tue, 01 Dec 2026 04:00:02 +0000
Authentication-Results: mx.high.example; dmarc=pass (p=none dis=none) header.from=low.example
Authentication-Results: mx.high.example;
\tdkim=pass (2048-bit key; unprotected) header.d=low.example header.i=@low.example header.a=rsa-sha256
\t header.s=courant header.b=Zm9v;
\tdkim-atps=neutral
Authentication-Results: mx.high.example; spf=pass smtp.mailfrom=low.example
Received: from mail.low.example (mail.low.example [5.9.44.20])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)
\t(No client certificate requested)
\tby mx.high.example (Postfix) with ESMTPS id 4B2
\tfor <edda@high.example>; Tue, 01 Dec 2026 04:00:01 +0000 (UTC)
"""

#: The mail server that sends is the one that receives.
HOME = """\
Return-Path: <bounces@low.example>
Received: from news.low.example (news.low.example [5.9.44.21])
\tby mail.low.example (Postfix) with ESMTPSA id 4C3; Tue, 01 Dec 2026 04:00:01 +0000 (UTC)
Authentication-Results: mail.low.example; auth=pass smtp.auth=courant smtp.mailfrom=ada@low.example
"""

RECEIVERS = {"Gmail": GMAIL, "Outlook": OUTLOOK, "Postfix": POSTFIX}


def arrived(above=GMAIL, sent=SENT):
    return read(message_from_bytes((above + sent).encode(), policy=policy.default))
