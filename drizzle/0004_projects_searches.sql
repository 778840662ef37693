-- Projects by name in spite of spelling.
CREATE INDEX project_names_trigrams ON project_names USING gin (name gin_trgm_ops);
