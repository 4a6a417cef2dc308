import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../../../src/connectors/filesystem/redact-secrets.ts';
import { hasSecretContent, isSecretPath } from '../../../../src/connectors/filesystem/secrets.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** Joined here so that no scanner of secrets takes these lines for real ones. */
const join = (...parts: string[]): string => parts.join('');

test.each([
  ['.env', true],
  ['app/.env.local', true],
  ['prod.env', true],
  ['.env.example', false],
  ['.env.test', false],
  ['environment.ts', false],
  ['env.d.ts', false],
  ['src/env/a.ts', false],
  ['.ssh/id_ed25519', true],
  ['id_rsa', true],
  ['id_rsa.pub', false],
  ['.ssh/config', false],
  ['certs/site.p12', true],
  ['keys.pem', false],
  ['home/.aws/credentials', true],
  ['src/aws/credentials', false],
  ['.kube/config', true],
  ['.docker/config.json', true],
  ['docker/config.json', false],
  ['terraform.tfstate', true],
])('isSecretPath %s: %s', (path, expected) => {
  expect(isSecretPath(path)).toBe(expected);
});

test.each([
  ['server.key', pem, true],
  ['server.pem', `# my key\n${pem}`, true],
  ['guide.md', `Put this there:\n${pem}`, false],
  ['crypto.test.ts', `const key = \`${pem}\`;`, false],
  ['pub.pem', pem.replaceAll('PRIVATE', 'PUBLIC'), false],
  ['stub.pem', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n', false],
  ['.npmrc', '//registry.example.org/:_authToken=0123456789abcdef', true],
  ['.npmrc', '//registry.example.org/:_authToken=${NPM_TOKEN}', false],
  ['.npmrc', 'save-exact=true', false],
  ['.pypirc', '[pypi]\npassword: hunter22', true],
  ['account.json', JSON.stringify({ private_key: pem }, null, 2), true],
  ['kubeconfig', `    client-key-data: ${'QUJD'.repeat(40)}`, true],
])('hasSecretContent %s: %#', (path, text, expected) => {
  expect(hasSecretContent(path, Buffer.from(text))).toBe(expected);
});

describe('redactSecrets', () => {
  test.each([
    ['aws', `id = ${join('AKIA', 'QWERTYUIOPASDFGH')}`, 'id = [redacted]'],
    ['github', join('ghp', '_', 'a1B2'.repeat(9)), '[redacted]'],
    ['slack', join('xox', 'b-1234567890-abcdefghij'), '[redacted]'],
    ['stripe', `key: ${join('sk_', 'live_', '4eC39HqLyjWDarjtT1zdp7dc')}`, 'key: [redacted]'],
    ['google', join('AIza', 'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'), '[redacted]'],
    [
      'jwt',
      join('eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJ', 'zdWIiOiIxMjM0In0.', 'abc123DEF456ghi'),
      '[redacted]',
    ],
    ['url', 'postgres://app:s3cr3tpw@db/x', 'postgres://app:[redacted]@db/x'],
    ['assignment', `api_key = "${join('9f8e7d6c5b4a', '39281706fedc')}"`, 'api_key = "[redacted]"'],
    ['environment', `DB_PASSWORD=${join('q7Zp2Xv9', 'Lm4Rt8Wk')}`, 'DB_PASSWORD=[redacted]'],
  ])('%s', (_, text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  test.each([
    'const token = parser.nextToken.value;',
    'password: process.env.DB_PASSWORD',
    'secret = getSecretFromVault2()',
    'token: "your_token_goes_here_12"',
    'auth = "/etc/app/auth/v2/config"',
    'postgres://user:password@localhost/db',
    'tokenType = TOKEN_TYPE_IDENTIFIER_2',
    'alg.setauthsize = crypto_rfc4309_setauthsize;',
    'https://abc:xyz@example.com',
  ])('leaves %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  test('blanks a key block line by line', () => {
    const text = `before\n${pem}after`;
    const redacted = redactSecrets(text);
    expect(redacted.split('\n').length).toBe(text.split('\n').length);
    expect(redacted).not.toContain(pem.split('\n')[3]);
    expect(redacted.startsWith('before\n-----BEGIN PRIVATE KEY-----\n[redacted]\n')).toBe(true);
    expect(redacted.endsWith('after')).toBe(true);
  });

  test('takes time in proportion to the text', () => {
    const text = `${'token'.repeat(20_000)}=${'a:'.repeat(20_000)}//${'eyJ'.repeat(20_000)}`;
    const start = performance.now();
    expect(redactSecrets(text)).toBe(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
