-- id: engagement-rate
-- title:
--   fr: "Taux d’engagement"
--   en: "Engagement rate"
-- meaning:
--   fr: >-
--     La part des affichages qui ont donné lieu à une interaction. Seuls comptent les envois
--     dont le réseau donne les deux. Chaque post compte avec son dernier relevé des 30 jours
--     qui suivent sa publication.
--   en: >-
--     The share of times shown that led to an interaction. Only deliveries count whose network
--     tells both. Each post counts with its last snapshot of the 30 days after it was
--     published.
-- formula:
--   fr: "100 × interactions ÷ impressions (ou vues)"
--   en: "100 × interactions ÷ impressions (or views)"
-- unit: "%"
-- better: higher
-- needs: [impressions, views, likes, comments, shares, quotes, saves]

WITH counted AS (
  SELECT key,
         COALESCE(MAX(CASE WHEN metric = 'impressions' THEN value END),
                  MAX(CASE WHEN metric = 'views' THEN value END)) AS shown,
         SUM(CASE WHEN metric IN ('likes', 'comments', 'shares', 'quotes', 'saves')
                  THEN value END) AS interactions
  FROM results
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       100.0 * SUM(counted.interactions) / NULLIF(SUM(counted.shown), 0) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
WHERE counted.shown IS NOT NULL AND counted.interactions IS NOT NULL
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
