/** An answer of the Graph API that says "no", in Meta's own shape. */
export class Complaint extends Error {
  readonly status: number;
  readonly code: number;
  readonly subcode: number | undefined;

  constructor(
    code: number,
    details: string,
    { status = 400, subcode }: { status?: number; subcode?: number } = {},
  ) {
    super(details);
    this.status = status;
    this.code = code;
    this.subcode = subcode;
  }

  get body(): object {
    return {
      error: {
        message: `(#${this.code}) ${this.message}`,
        type: 'OAuthException',
        code: this.code,
        ...(this.subcode !== undefined && { error_subcode: this.subcode }),
        error_data: { messaging_product: 'whatsapp', details: this.message },
        fbtrace_id: 'AbCdEfGhIjKlMnOpQrStUv',
      },
    };
  }
}

export const missing = (what: string) => new Complaint(131008, `Required parameter is missing: ${what}`);
export const invalid = (what: string) => new Complaint(131009, `Parameter value is not valid: ${what}`);
export const tooLong = (what: string, most: number) =>
  new Complaint(100, `Param ${what} must be at most ${most} characters long.`, {});
