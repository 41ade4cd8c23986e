-- Growth over 30 days of the public primary creators, by the month in which they were first seen. As in the API, growth
-- is compared with the newest snapshot that is 30 to 35 days old; days are counted back from the newest snapshot of all.
WITH newest AS (
  SELECT max(export_id) AS export_id FROM days
),
today AS (
  SELECT max(day) AS day FROM days WHERE export_id = (SELECT export_id FROM newest)
),
past AS (
  SELECT history_key, max_by(followers, day) AS followers
  FROM days
  WHERE export_id = (SELECT export_id FROM newest)
    AND day <= (SELECT day - INTERVAL '30' DAY FROM today)
    AND day >= (SELECT day - INTERVAL '35' DAY FROM today)
  GROUP BY history_key
)
SELECT
  substr(CAST(profiles.first_seen_at AS varchar), 1, 7) AS first_month,
  count(*) AS creators,
  sum(profiles.followers - past.followers) AS change,
  avg(CAST(profiles.followers - past.followers AS double) / past.followers) AS mean_growth
FROM profiles
JOIN past ON past.history_key = profiles.history_key
WHERE profiles.export_id = (SELECT max(export_id) FROM profiles)
  AND profiles.is_listed
  AND profiles.profile_type = 'primary'
  AND past.followers > 0
GROUP BY substr(CAST(profiles.first_seen_at AS varchar), 1, 7)
ORDER BY 1
