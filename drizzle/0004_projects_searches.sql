-- Projects by name in spite of spelling, and by what is near.
CREATE INDEX project_names_trigrams ON project_names USING gin (name gin_trgm_ops);--> statement-breakpoint
CREATE INDEX projects_near ON projects USING gist (ll_to_earth(latitude, longitude))
  WHERE latitude IS NOT NULL;
