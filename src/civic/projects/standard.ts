/** What OC4IDS 0.9.5 says of a project, as far as a reader of publications must know it (Apache-2.0, its codelists). */

/** Closed list `projectStatus`. */
export const STATUSES: ReadonlySet<string> = new Set([
  'identification',
  'preparation',
  'implementation',
  'completion',
  'maintenance',
  'decommissioning',
  'decommissioned',
  'cancelled',
]);

/** Open list `projectSector`. */
export const SECTORS: ReadonlySet<string> = new Set([
  'education',
  'health',
  ...['energy', 'energy.solar', 'energy.wind', 'energy.hydropower', 'energy.biomass', 'energy.geothermal'],
  'communications',
  'waterAndWaste',
  'governance',
  'economy',
  'cultureSportsAndRecreation',
  ...['transport', 'transport.air', 'transport.water', 'transport.rail', 'transport.road'],
  ...['transport.urban', 'transport.lowCarbon'],
  'socialHousing',
  ...['naturalResources', 'naturalResources.floodProtection'],
]);

export type Shape = 'text' | 'object' | 'texts' | 'objects';

/** The kind of each field of a project that has one kind only. */
export const SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    id: 'text',
    updated: 'text',
    language: 'text',
    title: 'text',
    description: 'text',
    status: 'text',
    type: 'text',
    purpose: 'text',
    sector: 'texts',
    publicAuthority: 'object',
    budget: 'object',
    period: 'object',
    assetLifetime: 'object',
    identificationPeriod: 'object',
    preparationPeriod: 'object',
    implementationPeriod: 'object',
    completionPeriod: 'object',
    maintenancePeriod: 'object',
    decommissioningPeriod: 'object',
    completion: 'object',
    policyAlignment: 'object',
    social: 'object',
    environment: 'object',
    identifiers: 'objects',
    locations: 'objects',
    additionalClassifications: 'objects',
    parties: 'objects',
    forecasts: 'objects',
    metrics: 'objects',
    milestones: 'objects',
    costMeasurements: 'objects',
    transactions: 'objects',
    documents: 'objects',
    contractingProcesses: 'objects',
    relatedProjects: 'objects',
    benefits: 'objects',
    lobbyingMeetings: 'objects',
    x_kasa: 'object',
  } satisfies Record<string, Shape>),
);

/** Fields that name, or lead to, a private person, wherever they stand. */
export const PERSONAL: ReadonlySet<string> = new Set([
  'contactPoint',
  'contactPoints',
  'people',
  'person',
  'beneficialOwners',
  'email',
  'telephone',
  'faxNumber',
]);

/** Fields that hold a link, wherever they stand. */
export const LINKS: ReadonlySet<string> = new Set(['url', 'uri']);
