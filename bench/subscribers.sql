INSERT INTO mailing_subscriber (email, name, language, created_at)
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {people})
    SELECT 'person' || n || '@example.org', 'Person ' || n, CASE WHEN n % 10 = 0 THEN 'fr' ELSE '' END,
        CURRENT_TIMESTAMP FROM numbers;
INSERT INTO mailing_subscription (subscriber_id, newsletter_id, state, since)
    SELECT id, {newsletter}, CASE WHEN id % 50 = 0 THEN 'left' ELSE 'active' END, CURRENT_TIMESTAMP
    FROM mailing_subscriber WHERE email LIKE 'person%';
INSERT INTO mailing_suppression (digest, email, subscriber_id, reason, detail, since)
    SELECT CAST(id AS VARCHAR(20)), email, id, 'bounced', '', CURRENT_TIMESTAMP
    FROM mailing_subscriber WHERE id % 200 = 0 AND email LIKE 'person%';
ANALYZE
