CREATE TABLE "addresses" (
	"address" text PRIMARY KEY NOT NULL,
	"person_id" bigint NOT NULL,
	"blocked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "cards" (
	"report_id" bigint NOT NULL,
	"desk" text NOT NULL,
	"message_id" bigint NOT NULL,
	CONSTRAINT "cards_report_id_desk_pk" PRIMARY KEY("report_id","desk")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conversations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"room" text DEFAULT '' NOT NULL,
	"address" text NOT NULL,
	"channel" text NOT NULL,
	"state" jsonb NOT NULL,
	"heard_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "desks" (
	"address" text PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"department" text NOT NULL,
	"has_topics" boolean DEFAULT false NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"opened_by" text NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"mime" text NOT NULL,
	"bytes" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"department" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"conversation_id" bigint,
	"direction" text NOT NULL,
	"channel" text NOT NULL,
	"external_id" text,
	"address" text NOT NULL,
	"content" jsonb NOT NULL,
	"status" text NOT NULL,
	"priority" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"token" integer DEFAULT 0 NOT NULL,
	"error" text,
	"about" bigint,
	"reply_to_id" bigint,
	"edits_id" bigint,
	"topic_key" text,
	"receipt" jsonb
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "people_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"language" text NOT NULL,
	"called" text,
	"consented_at" timestamp with time zone,
	"consent_version" text,
	"anonymous" boolean DEFAULT false NOT NULL,
	"stopped_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "place_names" (
	"place_id" integer NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "place_names_place_id_name_pk" PRIMARY KEY("place_id","name")
);
--> statement-breakpoint
CREATE TABLE "places" (
	"id" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"sub_metro" text,
	"assembly" text NOT NULL,
	"latitude" double precision NOT NULL,
	"longitude" double precision NOT NULL,
	"precision" text NOT NULL,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "report_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"report_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"from_value" text,
	"to_value" text,
	"actor" text NOT NULL,
	"words" text
);
--> statement-breakpoint
CREATE TABLE "report_files" (
	"report_id" bigint NOT NULL,
	"file_id" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	CONSTRAINT "report_files_report_id_file_id_pk" PRIMARY KEY("report_id","file_id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint,
	"category" text NOT NULL,
	"department" text NOT NULL,
	"description" text NOT NULL,
	"latitude" double precision,
	"longitude" double precision,
	"place_name" text NOT NULL,
	"other_assembly" text,
	"anonymous" boolean NOT NULL,
	"called" text,
	"language" text NOT NULL,
	"state" text NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"promised_at" timestamp with time zone,
	"taken_by" text,
	"taken_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"resolved_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"asked_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "topics" (
	"room" text NOT NULL,
	"key" text NOT NULL,
	"topic" text,
	"title" text NOT NULL,
	"opened" smallint DEFAULT 0 NOT NULL,
	"closed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "topics_room_key_pk" PRIMARY KEY("room","key")
);
--> statement-breakpoint
CREATE TABLE "voices" (
	"report_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	CONSTRAINT "voices_report_id_person_id_pk" PRIMARY KEY("report_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "addresses" ADD CONSTRAINT "addresses_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_desk_desks_address_fk" FOREIGN KEY ("desk") REFERENCES "public"."desks"("address") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "place_names" ADD CONSTRAINT "place_names_place_id_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."places"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_events" ADD CONSTRAINT "report_events_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_files" ADD CONSTRAINT "report_files_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_files" ADD CONSTRAINT "report_files_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voices" ADD CONSTRAINT "voices_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voices" ADD CONSTRAINT "voices_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "addresses_blocked" ON "addresses" USING btree ("address") WHERE blocked_at is not null;--> statement-breakpoint
CREATE INDEX "addresses_person" ON "addresses" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_person_room" ON "conversations" USING btree ("person_id","room");--> statement-breakpoint
CREATE INDEX "desks_department" ON "desks" USING btree ("department");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_inbound_once" ON "messages" USING btree ("channel","external_id") WHERE direction = 'inbound';--> statement-breakpoint
CREATE INDEX "messages_waiting" ON "messages" USING btree ("conversation_id") WHERE direction = 'inbound' and status = 'received';--> statement-breakpoint
CREATE INDEX "messages_due" ON "messages" USING btree ("channel","priority","id") WHERE direction = 'outbound' and status = 'queued';--> statement-breakpoint
CREATE INDEX "messages_under_way" ON "messages" USING btree ("channel","address","priority","id") WHERE direction = 'outbound' and status in ('queued', 'sending');--> statement-breakpoint
CREATE UNIQUE INDEX "messages_edit_once" ON "messages" USING btree ("edits_id") WHERE direction = 'outbound' and status = 'queued' and edits_id is not null;--> statement-breakpoint
CREATE INDEX "messages_quoted" ON "messages" USING btree ("channel","external_id") WHERE direction = 'outbound' and about is not null;--> statement-breakpoint
CREATE INDEX "messages_history" ON "messages" USING btree ("conversation_id","id");--> statement-breakpoint
CREATE INDEX "messages_about" ON "messages" USING btree ("about","id") WHERE about is not null;--> statement-breakpoint
CREATE INDEX "report_events_report" ON "report_events" USING btree ("report_id","id");--> statement-breakpoint
CREATE INDEX "reports_person" ON "reports" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "reports_department" ON "reports" USING btree ("department","state");--> statement-breakpoint
CREATE INDEX "reports_open" ON "reports" USING btree ("updated_at") WHERE state in ('sent', 'taken', 'in_progress');--> statement-breakpoint
CREATE UNIQUE INDEX "topics_topic" ON "topics" USING btree ("room","topic");--> statement-breakpoint
CREATE INDEX "voices_person" ON "voices" USING btree ("person_id");