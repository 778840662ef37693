/** Nothing could be taken; the message says what was wrong and who must act. */
export class CannotImport extends Error {
  override readonly name = 'CannotImport';
}

export const tooLarge = (bytesMax: number): CannotImport =>
  new CannotImport(
    `It is larger than ${bytesMax.toLocaleString('en')} bytes: split it, or raise IMPORT_BYTES_MAX.`,
  );

export const tooMany = (projectsMax: number): CannotImport =>
  new CannotImport(
    `There are more than ${projectsMax.toLocaleString('en')} projects in it: split it, or raise IMPORT_PROJECTS_MAX.`,
  );
