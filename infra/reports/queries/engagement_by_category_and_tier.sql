-- Mean engagement rate (in percent of the followers) of the public primary creators, by category and follower tier.
SELECT
  coalesce(category, 'unknown') AS category,
  tier,
  count(*) AS creators,
  avg(engagement_rate) AS mean_engagement_rate
FROM profiles
WHERE export_id = (SELECT max(export_id) FROM profiles)
  AND is_listed
  AND profile_type = 'primary'
  AND engagement_rate IS NOT NULL
GROUP BY coalesce(category, 'unknown'), tier
ORDER BY 1, 2
