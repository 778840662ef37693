import { describe, expect, it } from 'vitest';
import { SendError, type SendErrorKind } from '../../../src/channels/channel.ts';
import { GraphError, isTemplateFault, rule, toSendError } from '../../../src/channels/whatsapp/errors.ts';

const DAY = 86_400;

const CODES: [SendErrorKind, number | undefined, number[]][] = [
  ['unreachable', undefined, [1, 2, 131000, 131016, 131053, 131057, 133004]],
  ['throttled', 2, [130429]],
  ['throttled', 60, [4, 80007]],
  ['throttled', 3600, [131048]],
  ['unreachable', 30, [131056]],
  ['unreachable', DAY, [131049, 130472]],
  ['windowShut', undefined, [131047]],
  ['blocked', undefined, [131026, 131021]],
  ['optedOut', undefined, [131050]],
  ['misconfigured', undefined, [0, 190, 10, 200, 250, 299, 3, 33, 368, 130497, 131031, 131042, 131045]],
  ['rejected', undefined, [100, 131008, 131009, 131051, 131052, 131062]],
  ['rejected', undefined, [132000, 132001, 132005, 132007, 132012, 132015, 132016]],
  ['rejected', undefined, [199, 300, 999_999]],
];

describe('complaints of Meta', () => {
  it.each(CODES.flatMap(([kind, seconds, codes]) => codes.map((code) => [code, kind, seconds] as const)))(
    '%i is %s',
    (code, kind, seconds) => {
      expect(rule(code)).toEqual({ kind, ...(seconds !== undefined && { retryAfterSeconds: seconds }) });
      const error = toSendError(new GraphError(400, code), 'messages');
      expect([error.kind, error.retryAfterSeconds]).toEqual([kind, seconds]);
    },
  );

  it('too many letters to one person stop nobody else', () => {
    expect(rule(131056).kind).not.toBe('throttled');
  });

  it.each<[number, SendErrorKind]>([
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [429, 'throttled'],
    [404, 'rejected'],
    [500, 'unknown'],
    [502, 'unknown'],
    [504, 'unknown'],
  ])('a page with status %i is %s', (status, kind) => {
    expect(toSendError(new GraphError(status), 'messages').kind).toBe(kind);
  });

  it('tells a number that is not ours from a wrong letter', () => {
    expect(toSendError(new GraphError(400, 100, 33), 'messages').kind).toBe('misconfigured');
  });

  it('knows which faults are the template’s', () => {
    expect([132000, 132015, 132016, 131009, 133004].map(isTemplateFault)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

const fetchFailed = (code: string) =>
  Object.assign(new TypeError('fetch failed to 233200000001'), {
    cause: Object.assign(new Error('https://h/v25.0/1?access_token=EAAG'), { code }),
  });

describe('troubles of the line', () => {
  it.each<[string, SendErrorKind]>([
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['ECONNRESET', 'unknown'],
    ['UND_ERR_SOCKET', 'unknown'],
    ['EPIPE', 'unknown'],
  ])('%s is %s', (code, kind) => {
    expect(toSendError(fetchFailed(code), 'messages').kind).toBe(kind);
  });

  it('no answer in time is unknown', () => {
    expect(toSendError(new DOMException('timed out', 'TimeoutError'), 'messages').kind).toBe('unknown');
  });

  it('what is a SendError already stays as it is', () => {
    const error = new SendError('rejected', 'a file of the letter is not kept any more');
    expect(toSendError(error, 'messages')).toBe(error);
  });

  it('a complaint holds no word, no number and no token', () => {
    for (const error of [
      fetchFailed('ECONNRESET'),
      new Error('words of Ama to 233200000001'),
      'words of Ama',
    ]) {
      const complaint = toSendError(error, 'messages');
      const whole = `${complaint.message} ${complaint.stack} ${String(complaint.cause)}`;
      for (const secret of ['words of Ama', '233200000001', 'EAAG']) expect(whole).not.toContain(secret);
    }
  });

  it('names the code', () => {
    expect(toSendError(new GraphError(400, 131009), 'messages').message).toBe(
      'WhatsApp messages: code 131009',
    );
  });
});
