-- id: reply-time
-- title:
--   fr: "Délai de réponse"
--   en: "Response time"
-- meaning:
--   fr: >-
--     Le temps moyen avant la première réponse à un message. Chaque relevé (métrique «
--     reply_hours », en heures) pèse autant.
--   en: >-
--     The mean time to the first reply to a message. Each count (metric "reply_hours", in
--     hours) weighs the same.
-- formula:
--   fr: "moyenne des délais relevés"
--   en: "mean of the times that were measured"
-- unit: {fr: "heures", en: "hours"}
-- one: {fr: "heure", en: "hour"}
-- better: lower
-- needs: [reply_hours]

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       AVG(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'reply_hours'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
