/** What can be done at a terminal: `npm run kasa -- <command>`. One command is one file in cli/. */
import { chatCommand } from './cli/chat.ts';
import { checkCommand } from './cli/check.ts';
import { type Command, print, WrongUse } from './cli/command.ts';
import { drawCommand } from './cli/draw.ts';
import {
  announcementCommand,
  exportCommand,
  importCommand,
  operatorCommand,
  statusCommand,
} from './cli/house-command.ts';
import { whatsappCommand } from './cli/whatsapp.ts';
import { WrongSetting } from './config.ts';
import { CannotOpen } from './database/database.ts';

const commands: Readonly<Record<string, Command>> = {
  announcement: announcementCommand,
  chat: chatCommand,
  check: checkCommand,
  draw: drawCommand,
  export: exportCommand,
  import: importCommand,
  operator: operatorCommand,
  status: statusCommand,
  whatsapp: whatsappCommand,
};

process.exitCode = await main(process.argv.slice(2));

async function main([name = 'help', ...words]: string[]): Promise<number> {
  const command = commands[name];
  if (!command || words.includes('--help')) {
    printHelp();
    return command || name === 'help' || name === '--help' ? 0 : 2;
  }
  try {
    return await command.run(words);
  } catch (error) {
    if (!isForUser(error)) throw error;
    console.error(error.message);
    console.error(`kasa ${command.usage}`);
    return 2;
  }
}

/** Wrong words, a wrong setting, a database that cannot be opened: whoever typed it can mend it. */
function isForUser(error: unknown): error is Error {
  if (error instanceof WrongUse || error instanceof WrongSetting || error instanceof CannotOpen) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function printHelp(): void {
  print('npm run kasa -- <command>');
  for (const { usage, about } of Object.values(commands)) print(`\n  ${usage}\n      ${about}`);
}
