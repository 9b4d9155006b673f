-- id: members
-- title:
--   fr: "Membres"
--   en: "Members"
-- meaning:
--   fr: >-
--     Combien de membres les communautés ont à la fin de la période (ou au dernier relevé).
--   en: >-
--     How many members the communities have at the end of the period (or at the last
--     snapshot).
-- formula:
--   fr: "somme des derniers relevés"
--   en: "sum of the last snapshots"
-- unit: {fr: "membres", en: "members"}
-- one: {fr: "membre", en: "member"}
-- better: higher
-- needs: [members]

WITH counted AS (
  SELECT channels.channel, periods.period, periods.period_name, channels.value,
         ROW_NUMBER() OVER (PARTITION BY channels.channel, periods.period, periods.period_name
                            ORDER BY channels.counted_at DESC) AS place
  FROM channels
  JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
  WHERE channels.metric = 'members'
)
SELECT channel_slices.dimension, channel_slices.member, counted.period, counted.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM counted
JOIN channel_slices ON channel_slices.channel = counted.channel
WHERE counted.place = 1
GROUP BY channel_slices.dimension, channel_slices.member, counted.period, counted.period_name
