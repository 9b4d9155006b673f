-- id: new-members
-- title:
--   fr: "Nouveaux membres"
--   en: "New members"
-- meaning:
--   fr: >-
--     Combien de personnes ont rejoint la communauté. Se mesure par un relevé quotidien
--     (métrique « new_members »).
--   en: >-
--     How many people joined the community. Measured by a daily count (metric "new_members").
-- formula:
--   fr: "somme des nouveaux membres"
--   en: "sum of new members"
-- unit: {fr: "membres", en: "members"}
-- one: {fr: "membre", en: "member"}
-- better: higher
-- needs: [new_members]
-- adds: true

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'new_members'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
