-- id: impressions
-- title:
--   fr: "Impressions"
--   en: "Impressions"
-- meaning:
--   fr: >-
--     Combien de fois les posts de la période ont été affichés ; les vues, sur les réseaux qui
--     ne comptent que cela. Chaque post compte avec son dernier relevé des 30 jours qui
--     suivent sa publication.
--   en: >-
--     How often the posts of the period were shown; views, on networks that count nothing
--     else. Each post counts with its last snapshot of the 30 days after it was published.
-- formula:
--   fr: "somme des impressions (ou des vues)"
--   en: "sum of impressions (or views)"
-- unit: {fr: "affichages", en: "times shown"}
-- one: {fr: "affichage", en: "time shown"}
-- better: higher
-- needs: [impressions, views]
-- adds: true

WITH shown AS (
  SELECT key,
         COALESCE(MAX(CASE WHEN metric = 'impressions' THEN value END),
                  MAX(CASE WHEN metric = 'views' THEN value END)) AS value
  FROM results
  WHERE metric IN ('impressions', 'views')
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       SUM(shown.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN shown ON shown.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
