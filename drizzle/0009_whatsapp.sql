CREATE TABLE "knocks" (
	"address" text PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pairings" (
	"channel" text PRIMARY KEY NOT NULL,
	"state" jsonb NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gone" (
	"what" text NOT NULL,
	"id" bigint NOT NULL,
	"room" text DEFAULT '' NOT NULL,
	"person_id" bigint NOT NULL,
	"gone_at" timestamp with time zone NOT NULL,
	CONSTRAINT "gone_what_id_pk" PRIMARY KEY("what","id")
);
--> statement-breakpoint
CREATE TABLE "link_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"person_id" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "link_tries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "link_tries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"tried_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "price" text;--> statement-breakpoint
ALTER TABLE "addresses" ADD COLUMN "opted_out_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "gone" ADD CONSTRAINT "gone_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_codes" ADD CONSTRAINT "link_codes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_tries" ADD CONSTRAINT "link_tries_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "knocks_asked" ON "knocks" USING btree ("channel","asked_at");--> statement-breakpoint
CREATE INDEX "gone_person" ON "gone" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "link_codes_person" ON "link_codes" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "link_tries_person" ON "link_tries" USING btree ("person_id","tried_at");--> statement-breakpoint
CREATE INDEX "messages_told" ON "messages" USING btree ("channel","external_id") WHERE direction = 'outbound' and external_id is not null and channel in ('whatsapp', 'whatsappweb');--> statement-breakpoint
CREATE INDEX "messages_shut" ON "messages" USING btree ("channel","conversation_id") WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX "messages_priced" ON "messages" USING btree ("done_at") WHERE price is not null;