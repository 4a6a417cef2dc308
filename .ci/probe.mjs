/**
 * Waits for a server to be healthy and its index to be idle, then searches. Takes the server's address
 * and process id. Ends with 1 and the reason when one of them does not come in time.
 */
const [address, pid] = process.argv.slice(2);

await until('healthy', 90_000, async () => (await fetch(`${address}/health`)).ok);
await until('idle with documents', 60_000, async () => {
  const status = await (await fetch(`${address}/status`)).json();
  return !status.is_indexing && status.searchable && status.coverage.indexed > 0;
});
const answer = await callTool('context.search', { query: 'error codes' });
if (!(answer.result?.structuredContent?.results?.length > 0)) {
  throw new Error(`nothing found: ${JSON.stringify(answer).slice(0, 500)}`);
}

async function callTool(name, args) {
  const response = await fetch(`${address}/mcp`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args },
    }),
  });
  return response.json();
}

async function until(what, timeoutMs, isDone) {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const done = await isDone().catch(() => false);
    if (done) return;
    process.kill(Number(pid), 0); // Throws when the server has ended.
    if (performance.now() > endMs) throw new Error(`not ${what} within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
