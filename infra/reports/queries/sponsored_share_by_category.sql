-- The share of sponsored posts among all stored posts of the public primary creators, by category of the creator.
SELECT
  coalesce(profiles.category, 'unknown') AS category,
  count(DISTINCT profiles.history_key) AS creators,
  count(*) AS posts,
  sum(CASE WHEN posts.is_sponsored THEN 1 ELSE 0 END) AS sponsored_posts,
  avg(CASE WHEN posts.is_sponsored THEN 1.0E0 ELSE 0.0E0 END) AS sponsored_share
FROM posts
JOIN profiles ON profiles.history_key = posts.history_key
WHERE posts.export_id = (SELECT max(export_id) FROM posts)
  AND profiles.export_id = (SELECT max(export_id) FROM profiles)
  AND profiles.is_listed
  AND profiles.profile_type = 'primary'
GROUP BY coalesce(profiles.category, 'unknown')
ORDER BY 1
