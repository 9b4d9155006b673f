-- id: shares
-- title:
--   fr: "Partages"
--   en: "Shares"
-- meaning:
--   fr: >-
--     Combien de fois les posts de la période ont été partagés ou cités. Chaque post compte
--     avec son dernier relevé des 30 jours qui suivent sa publication.
--   en: >-
--     How often the posts of the period were shared or quoted. Each post counts with its last
--     snapshot of the 30 days after it was published.
-- formula:
--   fr: "somme des partages et des citations"
--   en: "sum of shares and quotes"
-- unit: {fr: "partages", en: "shares"}
-- one: {fr: "partage", en: "share"}
-- better: higher
-- needs: [shares, quotes]
-- adds: true

WITH counted AS (
  SELECT key, SUM(value) AS value
  FROM results
  WHERE metric IN ('shares', 'quotes')
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
