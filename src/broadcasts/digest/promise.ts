/** What the promises of the action plan are about, in few words. */
import type { City } from '../../civic/city.ts';

type Promised = { key: string; plan: string; short: Record<string, string> };
type Plan = { plans: { id: string; current: boolean }[]; commitments: Promised[] };

const planOf = (city: City): Plan => (city as { plan?: Plan }).plan ?? { plans: [], commitments: [] };

/** Empty where the plan says nothing: the promise is then named by its number alone. */
export function promiseTitles(city: City): (key: string, language: string) => string {
  const titles = new Map(planOf(city).commitments.map(({ key, short }) => [key, short]));
  return (key, language) => titles.get(key)?.[language] ?? titles.get(key)?.en ?? '';
}

/** The plan whose numbers people mean. */
export const currentPlan = (city: City): string | undefined =>
  planOf(city).plans.find(({ current }) => current)?.id;
