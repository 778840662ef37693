/** What the promises of the action plan are about, in few words. */
import type { City } from '../../civic/city.ts';
import { commitmentOf, inLanguage } from '../../civic/plan/plan.ts';

/** Empty where the plan does not hold it any more: the promise is then named by its number alone. */
export const promiseTitles =
  ({ plan }: City): ((key: string, language: string) => string) =>
  (key, language) => {
    const commitment = commitmentOf(plan, key);
    return commitment ? inLanguage(commitment.short, language) : '';
  };
