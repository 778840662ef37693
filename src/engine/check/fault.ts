import type { Book } from '../conversation.ts';
import type { Flow } from '../flow.ts';

/** `flow` is a flow's id, or `words` where no single flow is at fault. `mend` says what its author can do. */
export type Fault = { flow: string; step?: string; wrong: string; mend: string };

/** What the strictest network bears: WhatsApp's lists (body 1024, row 24) and Telegram's letters (4096). */
export const BOOK_LIMITS = { textMax: 4096, textWithChoicesMax: 1024, choiceLabelMax: 24 };

export type BookCheck = {
  /** The inputs of every action, by the action's name. */
  actions: Readonly<Record<string, readonly { name: string; required: boolean }[]>>;
  /** The words of one language as its file has them, without falling back; plural forms by their own keys. */
  text(language: string, key: string): string | undefined;
  limits?: typeof BOOK_LIMITS;
};

/** One flow being checked. */
export type Checking = {
  book: Book;
  flow: Flow;
  check: BookCheck;
  limits: typeof BOOK_LIMITS;
  fault(step: string | undefined, wrong: string, mend: string): void;
};

/** One line for the author: `flows/report.yaml, place: … → …`. */
export function showFault({ flow, step, wrong, mend }: Fault): string {
  const where = flow === 'words' ? 'locales' : `flows/${flow}.yaml`;
  return `${where}${step ? `, ${step}` : ''}: ${wrong} → ${mend}`;
}
