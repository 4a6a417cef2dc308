/** Which calls of Slack's Events API are believed, and what they start. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WebhookCall } from '../../../../src/connectors/connector.ts';
import {
  answerSlackWebhook,
  readSlackWebhook,
} from '../../../../src/connectors/slack/slack-webhook.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const NOW_S = 1_779_278_400;

function sign(body: string, atSeconds: number = NOW_S): WebhookCall {
  const hmac = createHmac('sha256', SECRET).update(`v0:${atSeconds}:${body}`).digest('hex');
  return {
    headers: { 'x-slack-signature': `v0=${hmac}`, 'x-slack-request-timestamp': String(atSeconds) },
    body: Buffer.from(body),
    secret: SECRET,
    nowMs: NOW_S * 1000,
  };
}

const event = (type: string): string => JSON.stringify({ type: 'event_callback', event: { type } });

describe('readSlackWebhook', () => {
  test('knows the example of the documentation', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const verdict = readSlackWebhook({
      headers: {
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
        'x-slack-request-timestamp': '1531420618',
      },
      body: Buffer.from(body),
      secret: SECRET,
      nowMs: 1_531_420_618_000,
    });
    expect(verdict).toBe('ignored');
  });

  test.each([
    ['message', 'changed'],
    ['channel_rename', 'changed'],
    ['group_archive', 'changed'],
    ['reaction_added', 'ignored'],
    ['team_join', 'ignored'],
  ])('the event %s is %s', (type, verdict) => {
    expect(readSlackWebhook(sign(event(type)))).toBe(verdict);
  });

  test.each([-301, 301])('a call that is %i seconds off is stale', (offset) => {
    expect(readSlackWebhook(sign(event('message'), NOW_S + offset))).toBe('stale');
  });

  test('a changed time, body, secret or signature is forged', () => {
    const call = sign(event('message'));
    const headers = { ...call.headers, 'x-slack-request-timestamp': String(NOW_S + 1) };
    expect(readSlackWebhook({ ...call, headers })).toBe('forged');
    expect(readSlackWebhook({ ...call, body: Buffer.from('{}') })).toBe('forged');
    expect(readSlackWebhook({ ...call, secret: 'guess' })).toBe('forged');
    expect(readSlackWebhook({ ...call, secret: '' })).toBe('forged');
    expect(readSlackWebhook({ ...call, headers: {} })).toBe('forged');
  });
});

describe('answerSlackWebhook', () => {
  test('gives the challenge back, and answers nothing else', () => {
    const challenge = sign(JSON.stringify({ type: 'url_verification', challenge: 'abc' }));
    expect(readSlackWebhook(challenge)).toBe('ignored');
    expect(answerSlackWebhook(challenge)).toEqual({ challenge: 'abc' });
    expect(answerSlackWebhook(sign(event('message')))).toBeUndefined();
    expect(answerSlackWebhook(sign('no json'))).toBeUndefined();
  });
});
