/** What a report is, and what it can become. */

/**
 * sent → taken → in_progress → resolved → closed (confirmed by the resident, or after REOPEN_DAYS_MAX)
 * not_ours and passed_on end it too; a "no" to "is it fixed?" sends it again.
 */
export type ReportState = 'sent' | 'taken' | 'in_progress' | 'resolved' | 'closed' | 'not_ours' | 'passed_on';

export const OPEN_STATES: readonly ReportState[] = ['sent', 'taken', 'in_progress'];

/** A resolved report may be reopened for so long. */
export const REOPEN_DAYS_MAX = 30;
/** After so much silence the resident is asked, once, whether it is fixed. */
export const SILENCE_DAYS = 28;
/** How near another report must be to be offered as the same (FixMyStreet's figure). */
export const SAME_METRES_MAX = 250;
export const SAME_OFFERED_MAX = 5;

/** Category of a resident's wish to speak with a person of the front desk. */
export const TALK = 'talk';

export type Report = {
  id: number;
  person_id: number | null;
  category: string;
  department: string;
  description: string;
  latitude: number | null;
  longitude: number | null;
  place_name: string;
  other_assembly: string | null;
  /** The project that it is about; `defects_until` as YYYY-MM-DD. */
  project: { title: string; contractor: string | null; defects_until: string | null } | null;
  anonymous: boolean;
  called: string | null;
  language: string;
  state: ReportState;
  sent_at: number;
  promised_at: number | null;
  taken_by: string | null;
  resolved_at: number | null;
  voices: number;
  files: { id: string; kind: 'photo' | 'voice' }[];
};
