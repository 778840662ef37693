import type { CommandsChannel } from '../channel.ts';
import { shorten } from '../split.ts';
import { COMMAND_DESCRIPTION_MAX, COMMANDS_MAX } from './limits.ts';

type Commands = Parameters<CommandsChannel['announceCommands']>[0];
export type CommandList = {
  commands: { command: string; description: string }[];
  language_code?: string;
};

/**
 * What setMyCommands is given, a list a language. Telegram knows languages of two letters only (ISO 639-1), so people
 * with Fante see the list without a language, which is that of the first language given.
 */
export function commandLists(commands: Commands): CommandList[] {
  const lists = Object.entries(commands).map(([language, list]) => ({
    language,
    commands: list.slice(0, COMMANDS_MAX).map(({ command, description }) => ({
      command,
      description: shorten(description, COMMAND_DESCRIPTION_MAX),
    })),
  }));
  const known = lists.filter(({ language }) => /^[a-z]{2}$/.test(language));
  return [
    ...lists.slice(0, 1).map((list) => ({ commands: list.commands })),
    ...known.map((list) => ({ commands: list.commands, language_code: list.language })),
  ];
}
