-- id: followers
-- title:
--   fr: "Abonnés"
--   en: "Followers"
-- meaning:
--   fr: >-
--     Combien d’abonnés les comptes ont à la fin de la période (ou au dernier relevé),
--     additionnés compte par compte.
--   en: >-
--     How many followers the channels have at the end of the period (or at the last snapshot),
--     added up channel by channel.
-- formula:
--   fr: "somme des derniers relevés"
--   en: "sum of the last snapshots"
-- unit: {fr: "abonnés", en: "followers"}
-- one: {fr: "abonné", en: "follower"}
-- better: higher
-- needs: [followers]

WITH counted AS (
  SELECT channels.channel, periods.period, periods.period_name, channels.value,
         ROW_NUMBER() OVER (PARTITION BY channels.channel, periods.period, periods.period_name
                            ORDER BY channels.counted_at DESC) AS place
  FROM channels
  JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
  WHERE channels.metric = 'followers'
)
SELECT channel_slices.dimension, channel_slices.member, counted.period, counted.period_name,
       SUM(counted.value) AS value,
       COUNT(*) AS n
FROM counted
JOIN channel_slices ON channel_slices.channel = counted.channel
WHERE counted.place = 1
GROUP BY channel_slices.dimension, channel_slices.member, counted.period, counted.period_name
