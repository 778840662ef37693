CREATE TABLE "answers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "answers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"commitment_id" bigint NOT NULL,
	"change_id" bigint DEFAULT 0 NOT NULL,
	"person_id" bigint,
	"answer" text NOT NULL,
	"words" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commitments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "commitments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"plan" text NOT NULL,
	"ordinal" smallint NOT NULL,
	"state" text,
	"percent" real,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "commitments_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "milestones" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "milestones_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"commitment_id" bigint NOT NULL,
	"title" text NOT NULL,
	"due" date,
	"state" text NOT NULL,
	"percent" real,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "progress_drafts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "progress_drafts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"desk" text NOT NULL,
	"author" text NOT NULL,
	"content" jsonb NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"subject" text NOT NULL,
	"subject_id" bigint NOT NULL,
	"file_id" text NOT NULL,
	CONSTRAINT "attachments_subject_subject_id_file_id_pk" PRIMARY KEY("subject","subject_id","file_id")
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject" text NOT NULL,
	"subject_id" bigint NOT NULL,
	"what" text NOT NULL,
	"from_value" text,
	"to_value" text,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"words" text,
	"link" text,
	"corrects_id" bigint
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "follows_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"topic" text NOT NULL,
	"subject_id" bigint DEFAULT 0 NOT NULL,
	"name" text,
	"latitude" double precision,
	"longitude" double precision,
	"radius_km" real,
	"added_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "observations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"project_id" bigint NOT NULL,
	"person_id" bigint,
	"at" timestamp with time zone NOT NULL,
	"seen" text NOT NULL,
	"since" text
);
--> statement-breakpoint
CREATE TABLE "project_names" (
	"project_id" bigint NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "project_names_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "projects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"title" text NOT NULL,
	"sector" text,
	"state" text NOT NULL,
	"state_words" text,
	"progress" real,
	"place_name" text,
	"latitude" double precision,
	"longitude" double precision,
	"is_near" boolean DEFAULT false NOT NULL,
	"owner" text,
	"contractor" text,
	"cost_amount" double precision,
	"cost_currency" text,
	"cost_words" text,
	"start_words" text,
	"planned_end_words" text,
	"planned_end" date,
	"defects_until" date,
	"as_of_words" text,
	"as_of" date,
	"confidence" text,
	"note" text,
	"record" jsonb NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "projects_key_unique" UNIQUE("key")
);
--> statement-breakpoint
ALTER TABLE "reports" ADD COLUMN "project_id" bigint;--> statement-breakpoint
ALTER TABLE "answers" ADD CONSTRAINT "answers_commitment_id_commitments_id_fk" FOREIGN KEY ("commitment_id") REFERENCES "public"."commitments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answers" ADD CONSTRAINT "answers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_commitment_id_commitments_id_fk" FOREIGN KEY ("commitment_id") REFERENCES "public"."commitments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_names" ADD CONSTRAINT "project_names_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "answers_commitment" ON "answers" USING btree ("commitment_id","change_id");--> statement-breakpoint
CREATE UNIQUE INDEX "answers_person" ON "answers" USING btree ("person_id","commitment_id","change_id");--> statement-breakpoint
CREATE INDEX "milestones_commitment" ON "milestones" USING btree ("commitment_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "progress_drafts_author" ON "progress_drafts" USING btree ("desk","author");--> statement-breakpoint
CREATE INDEX "attachments_file" ON "attachments" USING btree ("file_id");--> statement-breakpoint
CREATE INDEX "changes_subject" ON "changes" USING btree ("subject","subject_id","id");--> statement-breakpoint
CREATE INDEX "changes_at" ON "changes" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "follows_once" ON "follows" USING btree ("person_id","topic","subject_id") WHERE topic <> 'place';--> statement-breakpoint
CREATE INDEX "follows_topic" ON "follows" USING btree ("topic","subject_id");--> statement-breakpoint
CREATE INDEX "observations_project" ON "observations" USING btree ("project_id","at");--> statement-breakpoint
CREATE INDEX "observations_person" ON "observations" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "projects_state" ON "projects" USING btree ("state");--> statement-breakpoint
CREATE INDEX "projects_sector" ON "projects" USING btree ("sector");