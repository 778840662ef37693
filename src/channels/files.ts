/** Where a channel gets the bytes of an outbound `media.file`: handed in, since channels do not know the database. */
export type Files = {
  read(id: string): Promise<{ mime: string; data: Uint8Array } | undefined>;
};
