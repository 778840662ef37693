import type { Template, TemplateKind } from '../../engine/content.ts';
import type { TemplateLimits } from '../channel.ts';
import { shorten } from '../split.ts';
import { TEMPLATE_VALUE_MAX } from './limits.ts';

/** Which of our kinds exist at Meta, and under which name. */
export type TemplateNames = Partial<Record<TemplateKind, string>>;

export type Templates = {
  names: TemplateNames;
  /** As Meta names them (`en`, `en_GH`); the first one stands in for those that are missing. */
  languages: readonly [string, ...string[]];
};

/** Undefined when none exists. Languages are ours here: `en` for `en_GH`. */
export function templateLimits(
  { names, languages }: Templates,
  more: { waitHours: number; peoplePerDayMax: number },
): TemplateLimits | undefined {
  const kinds = Object.keys(names) as TemplateKind[];
  if (kinds.length === 0) return undefined;
  const [first, ...rest] = languages.map(ours);
  return { kinds, languages: [first ?? 'en', ...rest], ...more };
}

/** The template as Meta wants it; undefined when it does not exist there, and the letter's own words go instead. */
export function writeTemplate(template: Template, templates: Templates): object | undefined {
  const name = templates.names[template.kind];
  if (name === undefined) return undefined;
  const { languages } = templates;
  const code =
    languages.find((language) => language === template.language) ??
    languages.find((language) => ours(language) === ours(template.language)) ??
    languages[0];
  const body = template.values.map((value) => ({ type: 'text', text: oneLine(value) }));
  const payload = [{ type: 'payload', payload: template.choice.id }];
  return {
    name,
    language: { code },
    components: [
      ...(body.length > 0 ? [{ type: 'body', parameters: body }] : []),
      { type: 'button', sub_type: 'quick_reply', index: '0', parameters: payload },
    ],
  };
}

/** A gap bears no line breaks, no tabs, no run of blanks, and must not be empty. */
const oneLine = (value: string): string =>
  shorten(value.replace(/\s+/g, ' ').trim(), TEMPLATE_VALUE_MAX) || '–';

/** Meta names languages more finely than we do: `en` for `en_GH`. */
export const ours = (language: string): string => language.split(/[_-]/)[0] ?? language;
