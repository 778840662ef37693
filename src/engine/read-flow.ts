import { parse } from 'yaml';
import { z } from 'zod';
import { type Flow, flowSchema } from './flow.ts';

/** @throws an Error that names the flow and the fault, for its author. `version` is any text that changes with the flow. */
export function readFlow(id: string, text: string, version: string): Flow {
  const read = flowSchema.safeParse(parse(text));
  if (!read.success) throw new Error(`flows/${id}.yaml: ${z.prettifyError(read.error)}`);
  return { id, version, ...read.data };
}
