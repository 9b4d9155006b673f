-- id: engagement-followers
-- title:
--   fr: "Engagement par abonné"
--   en: "Engagement by followers"
-- meaning:
--   fr: >-
--     Les interactions d’un envoi pour cent abonnés que le compte avait ce jour-là, en moyenne
--     ; pour les réseaux qui ne disent pas combien ont vu. Chaque post compte avec son dernier
--     relevé des 30 jours qui suivent sa publication.
--   en: >-
--     Interactions of a delivery for a hundred followers that the channel had that day, on
--     average; for networks that do not tell how many saw it. Each post counts with its last
--     snapshot of the 30 days after it was published.
-- formula:
--   fr: "moyenne de 100 × interactions ÷ abonnés"
--   en: "mean of 100 × interactions ÷ followers"
-- unit: "%"
-- better: higher
-- needs: [followers, likes, comments, shares, quotes, saves]

WITH counted AS (
  SELECT key, SUM(value) AS interactions
  FROM results
  WHERE metric IN ('likes', 'comments', 'shares', 'quotes', 'saves')
  GROUP BY key
)
SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       AVG(100.0 * counted.interactions / deliveries.followers) AS value,
       COUNT(*) AS n
FROM grouped
JOIN deliveries ON deliveries.key = grouped.key
JOIN counted ON counted.key = grouped.key
WHERE deliveries.followers > 0
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
