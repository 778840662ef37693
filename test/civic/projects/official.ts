/** The official OC4IDS 0.9.5 schema, which stands beside this repository (../shared/schemas/oc4ids). */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';

const FOLDER = fileURLToPath(new URL('../../../../shared/schemas/oc4ids/', import.meta.url));
const PACKAGE = `${FOLDER}project-package-schema.json`;

/** Without it nothing here can be shown; a build that does not show it must not pass. */
export const hasSchema = existsSync(PACKAGE);
if (!hasSchema) {
  const words = `The official OC4IDS 0.9.5 schema is not in ${FOLDER}: put project-package-schema.json and project-schema.json there (github.com/open-contracting/infrastructure, schema/project-level).`;
  if (process.env.CI) throw new Error(words);
  console.warn(`${words} Until then the tests against it show nothing.`);
}

type Schema = { properties: Record<string, Schema>; definitions: Record<string, Schema> } & Record<
  string,
  unknown
>;
const readSchema = (name: string): Schema => JSON.parse(readFileSync(FOLDER + name, 'utf8')) as Schema;

export const projectSchema = (): Schema => readSchema('project-schema.json');

/** What the official schema finds wrong with a package, one line each. */
export function openValidator(): (given: unknown) => string[] {
  const ajv = new Draft04.default({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(projectSchema());
  const validate = ajv.compile(readSchema('project-package-schema.json'));
  return (given) => {
    validate(given);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
