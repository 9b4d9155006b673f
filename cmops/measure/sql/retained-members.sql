-- id: retained-members
-- title:
--   fr: "Membres fidèles"
--   en: "Retained members"
-- meaning:
--   fr: >-
--     Combien de membres sont restés actifs, au dernier relevé de la période (métrique «
--     retained_members »).
--   en: >-
--     How many members stayed active, at the last count of the period (metric
--     "retained_members").
-- formula:
--   fr: "somme des derniers relevés"
--   en: "sum of the last counts"
-- unit: {fr: "membres", en: "members"}
-- one: {fr: "membre", en: "member"}
-- better: higher
-- needs: [retained_members]

WITH counted AS (
  SELECT channels.channel, periods.period, periods.period_name, channels.value,
         ROW_NUMBER() OVER (PARTITION BY channels.channel, periods.period, periods.period_name
                            ORDER BY channels.counted_at DESC) AS place
  FROM channels
  JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
  WHERE channels.metric = 'retained_members'
)
SELECT channel_slices.dimension, channel_slices.member, counted.period, counted.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM counted
JOIN channel_slices ON channel_slices.channel = counted.channel
WHERE counted.place = 1
GROUP BY channel_slices.dimension, channel_slices.member, counted.period, counted.period_name
