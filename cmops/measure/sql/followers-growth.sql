-- id: followers-growth
-- title:
--   fr: "Nouveaux abonnés"
--   en: "Followers gained"
-- meaning:
--   fr: >-
--     De combien le nombre d’abonnés a changé pendant la période. Seuls comptent les comptes
--     dont on a un relevé avant la période et un pendant.
--   en: >-
--     By how much the number of followers changed in the period. Only channels count that have
--     a snapshot before the period and one in it.
-- formula:
--   fr: "dernier relevé de la période − dernier relevé d’avant"
--   en: "last snapshot in the period − last snapshot before it"
-- unit: {fr: "abonnés", en: "followers"}
-- one: {fr: "abonné", en: "follower"}
-- better: higher
-- needs: [followers]
-- adds: true

WITH inside AS (
  SELECT channels.channel, periods.period, periods.period_name, channels.value,
         ROW_NUMBER() OVER (PARTITION BY channels.channel, periods.period, periods.period_name
                            ORDER BY channels.counted_at DESC) AS place
  FROM channels
  JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
  WHERE channels.metric = 'followers'
),
runs AS (
  SELECT channel, value, counted_at,
         LEAD(counted_at) OVER (PARTITION BY channel ORDER BY counted_at) AS next_at
  FROM channels
  WHERE metric = 'followers'
),
before AS (
  SELECT runs.channel, periods.period, periods.period_name, runs.value
  FROM runs
  JOIN periods ON runs.counted_at < periods.start_at AND runs.next_at >= periods.start_at
)
SELECT channel_slices.dimension, channel_slices.member, inside.period, inside.period_name,
       SUM(inside.value - before.value) AS value,
       COUNT(*) AS n
FROM inside
JOIN before ON before.channel = inside.channel
           AND before.period = inside.period
           AND before.period_name = inside.period_name
JOIN channel_slices ON channel_slices.channel = inside.channel
WHERE inside.place = 1
GROUP BY channel_slices.dimension, channel_slices.member, inside.period, inside.period_name
