/** The action plans as the city's editor writes them: `city/plan.yaml`, read and checked once. Knows no database. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** A card must fit, with its choices, where a network gives such a letter 1024 letters. */
const TITLE_LETTERS_MAX = 110;
const SUMMARY_LETTERS_MAX = 420;
const REVIEW_LETTERS_MAX = 200;
/** A short title stands on a button. */
const SHORT_LETTERS_MAX = 24;

/** Content of the city in each language; English is what every other one falls back to. */
const said = (lettersMax: number) =>
  z
    .record(z.string(), z.string().min(1).max(lettersMax))
    .refine(
      (words) => words.en !== undefined,
      'English (en) is missing: the other languages fall back to it',
    );

const link = z.url({ protocol: /^https?$/ });
const day = z.iso.date();

const commitmentSchema = z.strictObject({
  /** The id that the Open Government Partnership gave it, such as SEK0006. */
  key: z.string().regex(/^[A-Z]{2,6}\d{2,6}$/),
  plan: z.string(),
  number: z.number().int().positive().max(99),
  short: said(SHORT_LETTERS_MAX),
  title: said(TITLE_LETTERS_MAX),
  summary: said(SUMMARY_LETTERS_MAX),
  /** Who answers for it: a role, and the department whose desk may record progress. */
  lead: z.strictObject({ department: z.string(), role: said(60) }).optional(),
  sdg: z
    .strictObject({
      targets: z.array(z.string().regex(/^(1[0-7]|[1-9])\.\w{1,2}$/)).min(1),
      mapping: z.enum(['ours', 'plan']),
    })
    .optional(),
  reviewers: said(REVIEW_LETTERS_MAX).optional(),
  milestones: z.array(z.strictObject({ title: z.string().min(1).max(120), due: day.optional() })).default([]),
  confidence: z.enum(['high', 'medium']),
  sources: z.array(link).min(1),
});

const planSchema = z.strictObject({
  plans: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      current: z.boolean().default(false),
      reviewers: said(REVIEW_LETTERS_MAX).optional(),
      sources: z.array(link).min(1),
    }),
  ),
  commitments: z.array(commitmentSchema),
});

export type Commitment = z.infer<typeof commitmentSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Said = Record<string, string>;

/** @throws an Error that names the file and the fault, for the city's editor. Without the file nothing was promised. */
export function readPlan(file: string, departments: readonly string[]): Plan {
  if (!existsSync(file)) return { plans: [], commitments: [] };
  const read = planSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  const [wrong] = faultsOf(read.data, departments);
  if (wrong !== undefined) throw new Error(`${file}: ${wrong}`);
  return read.data;
}

function faultsOf({ plans, commitments }: Plan, departments: readonly string[]): string[] {
  const keys = commitments.map(({ key }) => key);
  const numbers = commitments.map(({ plan, number }) => `${plan}/${number}`);
  return [
    ...twice(plans.map(({ id }) => id)).map((id) => `two plans have the id ${id}`),
    ...twice(keys).map((key) => `two commitments have the key ${key}`),
    ...twice(numbers).map((number) => `two commitments have the number ${number}`),
    ...(plans.length > 0 && plans.filter(({ current }) => current).length !== 1
      ? ['exactly one plan must say current: true']
      : []),
    ...commitments.flatMap(({ key, plan, lead }) => [
      ...(plans.some(({ id }) => id === plan) ? [] : [`${key} names the plan ${plan}, which is not there`]),
      ...(lead && !departments.includes(lead.department)
        ? [`${key} names department ${lead.department}, which is not in departments.yaml`]
        : []),
    ]),
  ];
}

const twice = (names: string[]): string[] => names.filter((name, at) => names.indexOf(name) !== at);

/** Content of the city in a language, or in English. */
export const inLanguage = (words: Said, language: string): string => words[language] ?? words.en ?? '';

export const commitmentOf = (plan: Plan, key: string): Commitment | undefined =>
  plan.commitments.find((one) => one.key === key);

export const currentPlan = ({ plans }: Plan): string | undefined => plans.find(({ current }) => current)?.id;

export const planName = ({ plans }: Plan, id: string): string =>
  plans.find((plan) => plan.id === id)?.name ?? id;

/** The short title of a commitment; its key when the plan does not hold it any more. */
export function titleOf(plan: Plan, key: string, language: string): string {
  const commitment = commitmentOf(plan, key);
  return commitment ? inLanguage(commitment.short, language) : key;
}

/**
 * A commitment as people name it: by its OGP id, or by its number. A number is first looked for in the current plan, then
 * in the others as they stand in the file: "promise 4" is the fourth of the newest plan that has a fourth one.
 */
export function namedCommitment(plan: Plan, name: string): Commitment | undefined {
  const said = name.trim().toUpperCase();
  const exact = plan.commitments.find(({ key }) => key === said);
  if (exact || !/^\d{1,2}$/.test(said)) return exact;
  const inTurn = [...plan.plans].sort((a, b) => Number(b.current) - Number(a.current));
  for (const { id } of inTurn) {
    const found = plan.commitments.find((one) => one.plan === id && one.number === Number(said));
    if (found) return found;
  }
  return undefined;
}

/** Who may record progress: the desk of the department that leads it, or the front desk. */
export const mayRecord = ({ lead }: Commitment, department: string, front: string): boolean =>
  department === front || (department !== '' && lead?.department === department);

/** The goals (1 to 17) that some commitment serves, in order. */
export const goalsOf = (plan: Plan): number[] =>
  [...new Set(plan.commitments.flatMap(goalsServed))].sort((a, b) => a - b);

export const goalsServed = ({ sdg }: Commitment): number[] => [
  ...new Set((sdg?.targets ?? []).map((target) => Number(target.split('.')[0]))),
];
