-- id: sentiment
-- title:
--   fr: "Sentiment"
--   en: "Sentiment"
-- meaning:
--   fr: >-
--     Le ton des messages reçus, de -1 (hostile) à 1 (chaleureux) : une tendance
--     approximative. Se mesure par un relevé (métrique « sentiment »).
--   en: >-
--     The tone of the messages received, from -1 (hostile) to 1 (warm): an approximate trend.
--     Measured by a count (metric "sentiment").
-- formula:
--   fr: "moyenne des relevés"
--   en: "mean of the counts"
-- unit: {fr: "de -1 à 1", en: "from -1 to 1"}
-- better: higher
-- needs: [sentiment]

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       AVG(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'sentiment'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
