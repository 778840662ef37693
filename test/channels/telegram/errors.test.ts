import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import type { SendErrorKind } from '../../../src/channels/channel.ts';
import { isAlreadySo, isOtherKind, toSendError } from '../../../src/channels/telegram/errors.ts';

const SECRET = { text: 'words of Ama', chat_id: '6100000001' };

const answer = (error_code: number, description: string, parameters = {}) =>
  new GrammyError('Call failed', { ok: false, error_code, description, parameters }, 'sendMessage', SECRET);

const line = (code: string | undefined, reason = '') =>
  new HttpError(
    'Network request failed',
    Object.assign(
      new Error(`request to https://h/bot7300000001:AATOKEN/sendMessage failed, reason: ${reason}`),
      {
        code,
      },
    ),
  );

const ANSWERS: [number, string, SendErrorKind][] = [
  [403, 'Forbidden: bot was blocked by the user', 'blocked'],
  [403, 'Forbidden: user is deactivated', 'blocked'],
  [403, "Forbidden: bot can't initiate conversation with a user", 'blocked'],
  [403, 'Forbidden: bot was kicked from the supergroup chat', 'blocked'],
  [403, 'Forbidden: bot is not a member of the supergroup chat', 'blocked'],
  [400, 'Bad Request: chat not found', 'blocked'],
  [400, 'Bad Request: PEER_ID_INVALID', 'blocked'],
  [400, 'Bad Request: message thread not found', 'topicLost'],
  [400, 'Bad Request: TOPIC_DELETED', 'topicLost'],
  [400, 'Bad Request: TOPIC_CLOSED', 'topicLost'],
  [401, 'Unauthorized', 'misconfigured'],
  [404, 'Not Found', 'misconfigured'],
  [409, 'Conflict: terminated by other getUpdates request', 'misconfigured'],
  [500, 'Internal Server Error', 'unreachable'],
  [502, 'Bad Gateway', 'unreachable'],
  [400, "Bad Request: can't parse entities: Can't find end of the entity", 'rejected'],
  [400, 'Bad Request: message is too long', 'rejected'],
  [400, 'Bad Request: BUTTON_DATA_INVALID', 'rejected'],
  [400, 'Bad Request: not enough rights to send text messages to the chat', 'rejected'],
  [413, 'Request Entity Too Large', 'rejected'],
];

describe('complaints of Telegram', () => {
  it.each(ANSWERS)('%i %s is %s', (code, description, kind) => {
    expect(toSendError(answer(code, description), 'sendMessage').kind).toBe(kind);
  });

  it('429 is throttled for as long as Telegram says, or for some seconds', () => {
    const told = toSendError(
      answer(429, 'Too Many Requests: retry after 35', { retry_after: 35 }),
      'sendMessage',
    );
    expect([told.kind, told.retryAfterSeconds]).toEqual(['throttled', 35]);
    expect(toSendError(answer(429, 'Too Many Requests'), 'sendMessage').retryAfterSeconds).toBeGreaterThan(0);
  });

  it('a group that became a supergroup is rejected, with its new address', () => {
    const description = 'Bad Request: group chat was upgraded to a supergroup chat';
    const moved = toSendError(
      answer(400, description, { migrate_to_chat_id: -1002300000009 }),
      'sendMessage',
    );
    expect([moved.kind, moved.movedTo]).toEqual(['rejected', 'telegram:-1002300000009']);
  });

  it('tells an edit that changes nothing, and one of the other kind, from the rest', () => {
    const same = answer(400, 'Bad Request: message is not modified: specified new message content and ...');
    const bare = answer(400, 'Bad Request: there is no caption in the message to edit');
    expect([same, bare].map(isAlreadySo)).toEqual([true, false]);
    expect([same, bare].map(isOtherKind)).toEqual([false, true]);
    expect(isAlreadySo(new Error('message is not modified'))).toBe(false);
  });
});

const LINES: [string | undefined, string, SendErrorKind][] = [
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'unreachable'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND api.telegram.org', 'unreachable'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.telegram.org', 'unreachable'],
  ['ETIMEDOUT', 'connect ETIMEDOUT 149.154.167.220:443', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'unreachable'],
  ['ETIMEDOUT', 'read ETIMEDOUT', 'unknown'],
  ['ECONNRESET', 'socket hang up', 'unknown'],
  ['EPIPE', 'write EPIPE', 'unknown'],
  [undefined, 'timed out after 60 seconds', 'unknown'],
];

describe('troubles of the line', () => {
  it.each(LINES)('%s (%s) is %s', (code, reason, kind) => {
    expect(toSendError(line(code, reason), 'sendMessage').kind).toBe(kind);
  });

  it('an answer that is no JSON leaves it unknown whether the letter went', () => {
    const page = new HttpError('failed', Object.assign(new Error('invalid json'), { type: 'invalid-json' }));
    expect(toSendError(page, 'sendMessage').kind).toBe('unknown');
  });
});

describe('what a complaint says', () => {
  const all = [
    ...ANSWERS.map(([code, description]) => answer(code, description)),
    answer(
      400,
      'Bad Request: can\'t parse entities: Unsupported start tag "words of Ama" at byte offset 6100000001',
    ),
    ...LINES.map(([code, reason]) => line(code, reason)),
    new TypeError('words of Ama'),
  ];

  it.each(all.map((error) => [error.message.slice(0, 60), error] as const))(
    'holds no word, no address and no token: %s',
    (_, error) => {
      const complaint = toSendError(error, 'sendMessage');
      const whole = `${complaint.message} ${complaint.stack} ${String(complaint.cause)}`;
      for (const secret of ['words of Ama', '6100000001', 'AATOKEN']) expect(whole).not.toContain(secret);
    },
  );

  it('names the method and the reason', () => {
    expect(toSendError(answer(400, 'Bad Request: message is too long'), '').message).toBe(
      'Telegram sendMessage: 400 Bad Request: message is too long',
    );
  });
});
