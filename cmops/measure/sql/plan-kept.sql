-- id: plan-kept
-- title:
--   fr: "Plan tenu"
--   en: "Plan kept"
-- meaning:
--   fr: >-
--     La part des envois arrivés à leur heure qui sont vraiment partis. Ce qui a été manqué,
--     refusé ou retenu la fait baisser ; ce qui se publie à la main n’y compte pas.
--   en: >-
--     The share of deliveries whose time has come that really went out. What was missed,
--     refused or held lowers it; what is published by hand does not count.
-- formula:
--   fr: "100 × envois publiés ÷ envois dont l’heure est passée"
--   en: "100 × deliveries published ÷ deliveries whose time has passed"
-- unit: "%"
-- better: higher
-- needs: []

SELECT grouped.dimension, grouped.member, grouped.period, grouped.period_name,
       100.0 * SUM(CASE WHEN deliveries.published_at IS NOT NULL THEN 1 ELSE 0 END)
           / NULLIF(COUNT(*), 0) AS value,
       COUNT(*) AS n
FROM grouped
JOIN deliveries ON deliveries.key = grouped.key
WHERE deliveries.due
GROUP BY grouped.dimension, grouped.member, grouped.period, grouped.period_name
