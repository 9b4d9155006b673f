-- id: best-time
-- title:
--   fr: "Meilleur moment"
--   en: "Best time"
-- meaning:
--   fr: >-
--     Ce que les envois partis ce jour-là à cette heure-là obtiennent, comparé à un envoi
--     ordinaire du même compte (100). Peu d’envois prouvent peu : chaque moment est ramené
--     vers 100 comme s’il avait quatre envois ordinaires de plus, et l’intervalle dit entre
--     quoi et quoi la vraie valeur se trouve sans doute (95 %). Sur les 365 derniers jours.
--   en: >-
--     What deliveries that went out on that weekday at that hour get, compared with an
--     ordinary delivery of the same channel (100). Few deliveries prove little: each place in
--     the week is drawn towards 100 as if it had four more ordinary ones, and the interval
--     says where the true value probably is (95%). Over the last 365 days.
-- formula:
--   fr: "100 × (somme des scores + 4) ÷ (envois + 4), score = interactions ÷ moyenne du compte"
--   en: "100 × (sum of scores + 4) ÷ (deliveries + 4), score = interactions ÷ mean of the channel"
-- unit: "%"
-- better: higher
-- needs: [likes, comments, shares, quotes, saves]

WITH counted AS (
  SELECT key, SUM(value) AS interactions
  FROM results
  WHERE metric IN ('likes', 'comments', 'shares', 'quotes', 'saves')
  GROUP BY key
),
usual AS (
  SELECT deliveries.channel, periods.period, periods.period_name,
         AVG(counted.interactions) AS interactions
  FROM counted
  JOIN deliveries ON deliveries.key = counted.key
  JOIN periods ON deliveries.published_at >= periods.start_at
              AND deliveries.published_at < periods.end_at
  WHERE periods.period IN ('rolling', 'range')
  GROUP BY deliveries.channel, periods.period, periods.period_name
),
scored AS (
  SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
         deliveries.weekday, deliveries.hour,
         1.0 * counted.interactions / usual.interactions AS score
  FROM grouped
  JOIN deliveries ON deliveries.key = grouped.key
  JOIN counted ON counted.key = grouped.key
  JOIN usual ON usual.channel = deliveries.channel
            AND usual.period = grouped.period
            AND usual.period_name = grouped.period_name
  WHERE usual.interactions > 0
),
spread AS (
  SELECT dimension, member, period, period_name,
         (SUM(score * score) - SUM(score) * SUM(score) / COUNT(*)) / (COUNT(*) - 1) AS variance
  FROM scored
  GROUP BY dimension, member, period, period_name
  HAVING COUNT(*) > 1
),
cells AS (
  SELECT dimension, member, period, period_name, weekday, hour,
         COUNT(*) AS n, (SUM(score) + 4.0) / (COUNT(*) + 4.0) AS score
  FROM scored
  GROUP BY dimension, member, period, period_name, weekday, hour
)
SELECT cells.dimension, cells.member, cells.period, cells.period_name,
       cells.weekday, cells.hour, cells.n,
       100.0 * cells.score AS value,
       100.0 * (cells.score - 1.96 * SQRT(CASE WHEN spread.variance > 0 THEN spread.variance
                                               ELSE 0 END / (cells.n + 4.0))) AS low,
       100.0 * (cells.score + 1.96 * SQRT(CASE WHEN spread.variance > 0 THEN spread.variance
                                               ELSE 0 END / (cells.n + 4.0))) AS high
FROM cells
JOIN spread ON spread.dimension = cells.dimension
           AND spread.member = cells.member
           AND spread.period = cells.period
           AND spread.period_name = cells.period_name
