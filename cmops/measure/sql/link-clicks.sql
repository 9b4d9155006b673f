-- id: link-clicks
-- title:
--   fr: "Clics"
--   en: "Link clicks"
-- meaning:
--   fr: >-
--     Combien de fois les liens des posts de la période ont été suivis. Chaque post compte
--     avec son dernier relevé des 30 jours qui suivent sa publication.
--   en: >-
--     How often the links of the posts of the period were followed. Each post counts with its
--     last snapshot of the 30 days after it was published.
-- formula:
--   fr: "somme des clics"
--   en: "sum of clicks"
-- unit: {fr: "clics", en: "clicks"}
-- one: {fr: "clic", en: "click"}
-- better: higher
-- needs: [clicks]
-- adds: true

WITH counted AS (
  SELECT key, SUM(value) AS value
  FROM results
  WHERE metric = 'clicks'
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
