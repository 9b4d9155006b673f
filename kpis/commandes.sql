-- id: commandes
-- title: {fr: Commandes, en: Orders}
-- meaning:
--   fr: >-
--     Combien de commandes la boutique en ligne a reçues, d’après son export. Se mesure par un
--     relevé chaque semaine (métrique « commandes »).
--   en: >-
--     How many orders the online shop received, by its export. Measured by a weekly count
--     (metric "commandes").
-- formula: {fr: somme des commandes, en: sum of orders}
-- unit: {fr: commandes, en: orders}
-- one: {fr: commande, en: order}
-- better: higher
-- needs: [commandes]
-- adds: true

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'commandes'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
