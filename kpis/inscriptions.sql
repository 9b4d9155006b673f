-- id: inscriptions
-- title: {fr: Inscriptions, en: Registrations}
-- meaning:
--   fr: >-
--     Combien de places des ateliers ont été réservées, d’après le carnet d’inscription de
--     l’accueil. Se mesure par un relevé chaque semaine (métrique « inscriptions »).
--   en: >-
--     How many workshop places were booked, by the front desk's register. Measured by a weekly
--     count (metric "inscriptions").
-- formula: {fr: somme des inscriptions, en: sum of registrations}
-- unit: {fr: inscriptions, en: registrations}
-- one: {fr: inscription, en: registration}
-- better: higher
-- needs: [inscriptions]
-- adds: true

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value,
       COUNT(*) AS n
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'inscriptions'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
