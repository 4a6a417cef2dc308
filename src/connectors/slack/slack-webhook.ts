/**
 * Checks calls of Slack's Events API: `X-Slack-Signature: v0=<hex>`, an HMAC over the version, the time and the body.
 * The time is signed, so a call older than five minutes is refused, as Slack advises.
 * Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookCall, WebhookVerdict } from '../connector.ts';

const MAX_AGE_MS = 5 * 60_000;

/** What a call is. Only events that change what is shown start a sync. */
export function readSlackWebhook(call: WebhookCall): WebhookVerdict {
  const time = call.headers['x-slack-request-timestamp'] ?? '';
  const signature = Buffer.from(call.headers['x-slack-signature'] ?? '');
  const hmac = createHmac('sha256', call.secret).update(`v0:${time}:`).update(call.body);
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`);
  const isSigned = signature.length === expected.length && timingSafeEqual(signature, expected);
  if (call.secret === '' || !/^\d+$/.test(time) || !isSigned) return 'forged';
  if (Math.abs(call.nowMs - Number(time) * 1000) > MAX_AGE_MS) return 'stale';
  const { type, event } = readBody(call.body);
  if (type !== 'event_callback') return 'ignored';
  return CHANGES.test(String(event?.type)) ? 'changed' : 'ignored';
}

/** Answers the challenge with which Slack checks a new address; undefined for every other call. */
export function answerSlackWebhook(call: WebhookCall): { challenge: string } | undefined {
  const { type, challenge } = readBody(call.body);
  if (type !== 'url_verification' || typeof challenge !== 'string') return undefined;
  return { challenge };
}

const CHANGES =
  /^(?:message|channel_(?:archive|deleted|rename|unarchive)|group_(?:archive|rename|unarchive))$/;

interface EventBody {
  readonly type?: unknown;
  readonly challenge?: unknown;
  readonly event?: { readonly type?: unknown };
}

function readBody(body: Uint8Array): EventBody {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
