-- Names in spite of spelling.
CREATE INDEX place_names_trigrams ON place_names USING gin (name gin_trgm_ops);--> statement-breakpoint
-- Rows of these two are changed several times in their first seconds: leave room beside them.
ALTER TABLE conversations SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE messages SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);
