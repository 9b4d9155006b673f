-- id: interactions
-- title:
--   fr: "Interactions"
--   en: "Interactions"
-- meaning:
--   fr: >-
--     Mentions J’aime, commentaires, partages, citations et enregistrements des posts de la
--     période. Chaque post compte avec son dernier relevé des 30 jours qui suivent sa
--     publication.
--   en: >-
--     Likes, comments, shares, quotes and saves of the posts of the period. Each post counts
--     with its last snapshot of the 30 days after it was published.
-- formula:
--   fr: "somme des interactions"
--   en: "sum of interactions"
-- unit: {fr: "interactions", en: "interactions"}
-- one: {fr: "interaction", en: "interaction"}
-- better: higher
-- needs: [likes, comments, shares, quotes, saves]
-- adds: true

WITH counted AS (
  SELECT key, SUM(value) AS value
  FROM results
  WHERE metric IN ('likes', 'comments', 'shares', 'quotes', 'saves')
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
