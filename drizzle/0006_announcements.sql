CREATE TABLE "broadcast_contents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "broadcast_contents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"broadcast_id" bigint NOT NULL,
	"key" text NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "handfuls" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "handfuls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"letters" bigint[] NOT NULL,
	"lease_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "messages_due";--> statement-breakpoint
DROP INDEX "messages_under_way";--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "shown_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "shown_done" integer;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "content_id" bigint;--> statement-breakpoint
ALTER TABLE "broadcast_contents" ADD CONSTRAINT "broadcast_contents_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "broadcast_contents_key" ON "broadcast_contents" USING btree ("broadcast_id","key");--> statement-breakpoint
CREATE INDEX "handfuls_channel" ON "handfuls" USING btree ("channel");--> statement-breakpoint
CREATE INDEX "messages_broadcast_due" ON "messages" USING btree ("broadcast_id","channel","id") WHERE status = 'queued' and broadcast_id is not null;--> statement-breakpoint
CREATE INDEX "messages_due" ON "messages" USING btree ("channel","priority","id") WHERE direction = 'outbound' and status = 'queued' and broadcast_id is null;--> statement-breakpoint
CREATE INDEX "messages_under_way" ON "messages" USING btree ("channel","address","priority","id") WHERE direction = 'outbound' and status in ('queued', 'sending') and broadcast_id is null;