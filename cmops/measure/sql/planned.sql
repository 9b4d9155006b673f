-- id: planned
-- title:
--   fr: "Posts prévus"
--   en: "Posts planned"
-- meaning:
--   fr: >-
--     Combien de posts étaient ou sont prévus dans la période, ceux à venir compris.
--   en: >-
--     How many posts were or are planned in the period, those to come included.
-- formula:
--   fr: "nombre de posts prévus dans la période"
--   en: "number of posts planned in the period"
-- unit: {fr: "posts", en: "posts"}
-- one: {fr: "post", en: "post"}
-- better: higher
-- needs: []

SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       COUNT(DISTINCT deliveries.occurrence) AS value,
       COUNT(*) AS n
FROM grouped
JOIN deliveries ON deliveries.key = grouped.key
WHERE deliveries.planned_at IS NOT NULL
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
