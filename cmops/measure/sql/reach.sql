-- id: reach
-- title:
--   fr: "Portée"
--   en: "Reach"
-- meaning:
--   fr: >-
--     Combien de personnes ont vu les posts de la période, additionnées post par post : qui
--     voit deux posts compte deux fois. Chaque post compte avec son dernier relevé des 30
--     jours qui suivent sa publication.
--   en: >-
--     How many people saw the posts of the period, added up post by post: who sees two posts
--     counts twice. Each post counts with its last snapshot of the 30 days after it was
--     published.
-- formula:
--   fr: "somme des portées"
--   en: "sum of reaches"
-- unit: {fr: "personnes", en: "people"}
-- one: {fr: "personne", en: "person"}
-- better: higher
-- needs: [reach]
-- adds: true

WITH counted AS (
  SELECT key, SUM(value) AS value
  FROM results
  WHERE metric = 'reach'
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
