-- id: punctuality
-- title:
--   fr: "Ponctualité"
--   en: "Punctuality"
-- meaning:
--   fr: >-
--     La part des envois publiés qui étaient en ligne au plus tard 15 minutes après l’heure
--     prévue.
--   en: >-
--     The share of published deliveries that were live 15 minutes after their time at the
--     latest.
-- formula:
--   fr: "100 × envois en ligne en 15 minutes ÷ envois publiés"
--   en: "100 × deliveries live within 15 minutes ÷ deliveries published"
-- unit: "%"
-- better: higher
-- needs: []

SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       100.0 * SUM(CASE WHEN deliveries.delay_minutes <= 15 THEN 1 ELSE 0 END)
           / NULLIF(COUNT(*), 0) AS value,
       COUNT(*) AS n
FROM grouped
JOIN deliveries ON deliveries.key = grouped.key
WHERE deliveries.delay_minutes IS NOT NULL
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
