import { fileURLToPath } from 'node:url';
import { actions, inputsOf } from '../actions.ts';
import { faultsIn, loadEditorial } from '../content.ts';
import { showFault } from '../engine/check/fault.ts';
import { type Command, print } from './command.ts';
import { forbiddenImports } from './rooms.ts';

const SRC = fileURLToPath(new URL('../', import.meta.url));

export const checkCommand: Command = {
  usage: 'check',
  about: 'Looks for faults in the flows, the words and the rooms of the house.',
  async run() {
    const editorial = loadEditorial('UTC');
    const faults = [...faultsIn(editorial, inputsOf(actions)).map(showFault), ...forbiddenImports(SRC)];
    for (const fault of faults) print(fault);
    const { book, languages } = editorial;
    if (faults.length === 0)
      print(`No faults in ${book.flows.size} flows and ${languages.length} languages.`);
    return faults.length === 0 ? 0 : 1;
  },
};
