-- id: mentions
-- title:
--   fr: "Mentions"
--   en: "Mentions"
-- meaning:
--   fr: >-
--     Combien de fois les comptes ont été mentionnés. Se mesure par un relevé quotidien
--     (métrique « mentions »).
--   en: >-
--     How often the channels were mentioned. Measured by a daily count (metric "mentions").
-- formula:
--   fr: "somme des mentions"
--   en: "sum of mentions"
-- unit: {fr: "mentions", en: "mentions"}
-- one: {fr: "mention", en: "mention"}
-- better: higher
-- needs: [mentions]
-- adds: true

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'mentions'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
