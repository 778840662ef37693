CREATE TABLE "broadcasts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "broadcasts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"content" jsonb NOT NULL,
	"audience" jsonb NOT NULL,
	"desk" text,
	"author" text,
	"confirmed_by" text,
	"progress_message_id" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "broadcasts_key_unique" UNIQUE("key")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "broadcast_id" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_broadcast_once" ON "messages" USING btree ("broadcast_id","conversation_id") WHERE broadcast_id is not null;