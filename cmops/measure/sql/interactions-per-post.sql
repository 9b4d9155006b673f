-- id: interactions-per-post
-- title:
--   fr: "Interactions par envoi"
--   en: "Interactions per delivery"
-- meaning:
--   fr: >-
--     Ce qu’un envoi obtient en moyenne : J’aime, commentaires, partages, citations,
--     enregistrements. Chaque post compte avec son dernier relevé des 30 jours qui suivent sa
--     publication.
--   en: >-
--     What a delivery gets on average: likes, comments, shares, quotes, saves. Each post
--     counts with its last snapshot of the 30 days after it was published.
-- formula:
--   fr: "interactions ÷ envois mesurés"
--   en: "interactions ÷ deliveries measured"
-- unit: {fr: "interactions", en: "interactions"}
-- one: {fr: "interaction", en: "interaction"}
-- better: higher
-- needs: [likes, comments, shares, quotes, saves]

WITH counted AS (
  SELECT key, SUM(value) AS value
  FROM results
  WHERE metric IN ('likes', 'comments', 'shares', 'quotes', 'saves')
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       AVG(counted.value) AS value,
       COUNT(*) AS n
FROM grouped
JOIN counted ON counted.key = grouped.key
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
