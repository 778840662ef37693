CREATE TABLE "digest_endings" (
	"person_id" bigint NOT NULL,
	"topic" text NOT NULL,
	"subject_id" bigint DEFAULT 0 NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	CONSTRAINT "digest_endings_person_id_topic_subject_id_name_pk" PRIMARY KEY("person_id","topic","subject_id","name")
);
--> statement-breakpoint
CREATE TABLE "digest_pictures" (
	"key" text PRIMARY KEY NOT NULL,
	"file_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "digests" (
	"person_id" bigint PRIMARY KEY NOT NULL,
	"cadence" text NOT NULL,
	"hour" smallint NOT NULL,
	"places_agreed_at" timestamp with time zone,
	"began_at" timestamp with time zone NOT NULL,
	"told_at" timestamp with time zone NOT NULL,
	"told_from" timestamp with time zone,
	"edition" text,
	"written_at" timestamp with time zone,
	"waiting_since" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"room" text,
	"chosen_by" bigint
);
--> statement-breakpoint
ALTER TABLE "digest_endings" ADD CONSTRAINT "digest_endings_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "digest_pictures" ADD CONSTRAINT "digest_pictures_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "digests" ADD CONSTRAINT "digests_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "digests_hour" ON "digests" USING btree ("hour","person_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "digests_room" ON "digests" USING btree ("room") WHERE room is not null;