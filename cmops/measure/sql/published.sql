-- id: published
-- title:
--   fr: "Posts publiés"
--   en: "Posts published"
-- meaning:
--   fr: >-
--     Combien de posts sont partis, sur un compte au moins. Un post envoyé à trois comptes
--     compte une fois ; un post qui se répète compte une fois par jour de répétition.
--   en: >-
--     How many posts went out, on one channel at least. A post sent to three channels counts
--     once; a post that repeats counts once for each of its days.
-- formula:
--   fr: "nombre de posts publiés dans la période"
--   en: "number of posts published in the period"
-- unit: {fr: "posts", en: "posts"}
-- one: {fr: "post", en: "post"}
-- better: higher
-- needs: []
-- adds: true

SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       COUNT(DISTINCT CASE WHEN deliveries.published_at IS NOT NULL
                           THEN deliveries.occurrence END) AS value,
       COUNT(*) AS n
FROM grouped
JOIN deliveries ON deliveries.key = grouped.key
WHERE deliveries.due
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
