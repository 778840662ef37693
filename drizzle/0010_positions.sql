-- Positions of their own, instead of indexes on functions of earthdistance: those could not be restored from a dump.
DROP INDEX IF EXISTS reports_near;--> statement-breakpoint
DROP INDEX IF EXISTS projects_near;--> statement-breakpoint
ALTER TABLE "reports" ADD COLUMN "position" "cube" GENERATED ALWAYS AS (case when latitude is not null and longitude is not null then cube(array[
  6371000::float8 * cos(radians(latitude)) * cos(radians(longitude)),
  6371000::float8 * cos(radians(latitude)) * sin(radians(longitude)),
  6371000::float8 * sin(radians(latitude))]) end) STORED;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "position" "cube" GENERATED ALWAYS AS (case when latitude is not null and longitude is not null then cube(array[
  6371000::float8 * cos(radians(latitude)) * cos(radians(longitude)),
  6371000::float8 * cos(radians(latitude)) * sin(radians(longitude)),
  6371000::float8 * sin(radians(latitude))]) end) STORED;--> statement-breakpoint
CREATE INDEX "reports_at" ON "reports" USING gist ("position") WHERE position is not null and state in ('sent', 'taken', 'in_progress');--> statement-breakpoint
CREATE INDEX "projects_at" ON "projects" USING gist ("position") WHERE position is not null;