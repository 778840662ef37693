/** Who takes part in a project: OC4IDS wants everyone who is named anywhere in it to stand among its `parties`. Pure. */
import type { Json } from '../../engine/content.ts';
import { fitProject, objectsOf } from './fit.ts';
import type { ProjectRecord } from './record.ts';

type Party = { [name: string]: Json };

/** @param project as `fitProject` gives it */
export function withParties(project: ProjectRecord): ProjectRecord {
  const linked = structuredClone(project);
  const parties = (linked.parties ?? []) as Party[];
  const byId = new Map<Json, Party>();
  const byName = new Map<Json, Party>();
  const know = (party: Party): void => {
    if (party.id !== undefined && !byId.has(party.id)) byId.set(party.id, party);
    if (party.name !== undefined && !byName.has(party.name)) byName.set(party.name, party);
  };
  let number = 0;
  const freeId = (): string => {
    do number += 1;
    while (byId.has(`party-${number}`));
    return `party-${number}`;
  };
  parties.forEach(know);
  for (const party of parties.filter(({ id }) => id === undefined)) {
    party.id = freeId();
    know(party);
  }
  for (const named of objectsOf('OrganizationReference', linked)) {
    if (named.id === undefined && named.name === undefined) continue;
    named.id ??= byName.get(named.name ?? null)?.id ?? freeId();
    if (byId.has(named.id)) continue;
    const party: Party = { id: named.id, ...(named.name !== undefined && { name: named.name }) };
    parties.push(party);
    know(party);
  }
  // Names that became the same are said once.
  return fitProject(parties.length > 0 ? { ...linked, parties } : linked);
}
