/**
 * The registry that the conformance suite asks for: tools, prompts and resources with fixed names and
 * answers, behind the same HTTP plumbing as the product. None of it is shipped. Names and texts are the
 * suite's; the plumbing under test is `src/server/`.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  ProtocolError,
  ResourceNotFoundError,
  Server,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server';

import type { CreateProtocolServer } from '../../src/server/mcp/protocol-server.ts';
import { peek } from '../../src/server/peek.ts';

/** A red pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A WAVE file without a sample. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';

const states = createRequestStateCodec({ key: 'conformance fixture key of 32 bytes!' });

const AS_SENT: { readonly params: StandardSchemaV1<unknown, unknown> } = {
  params: { '~standard': { version: 1, vendor: 'fixture', validate: (value) => ({ value }) } },
};

type Answer = CallToolResult | InputRequiredResult;
type Run = (context: ServerContext, params: unknown) => Answer | Promise<Answer>;

/** Gives a fresh fixture server for each exchange. */
export const createFixtureServer: CreateProtocolServer = async () => {
  const server = new Server(
    { name: 'conformance-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: {},
        resources: { subscribe: true },
        prompts: {},
        completions: {},
        logging: {},
      },
      requestState: { verify: async (state, context) => states.verify(state, context) },
    },
  );
  addTools(server);
  addResources(server);
  addPrompts(server);
  server.setRequestHandler('completion/complete', () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }));
  return server;
};

function addTools(server: Server): void {
  const tools = TOOLS;
  server.setRequestHandler('tools/list', () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      description: `Fixture ${name}.`,
      inputSchema: SCHEMAS[name] ?? { type: 'object' as const },
    })),
  }));
  server.setRequestHandler('tools/call', AS_SENT, async (params, context) => {
    const name = String(peek(params, 'name'));
    const run = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (run === undefined) throw new ProtocolError(-32602, `Unknown tool ${name}`);
    return run(context, params);
  });
}

const SCHEMA_2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line no-thenable
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};
const SCHEMAS: Readonly<Record<string, typeof SCHEMA_2020 | undefined>> = {
  json_schema_2020_12_tool: SCHEMA_2020,
};

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const;

const TOOLS: Readonly<Record<string, Run>> = {
  test_simple_text: () => say('This is a simple text response for testing.'),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }),
  test_multiple_content_types: () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }),
  test_error_handling: () => ({
    ...say('This tool intentionally returns an error for testing'),
    isError: true,
  }),
  test_tool_with_progress: runWithProgress,
  test_tool_with_logging: runWithLogging,
  test_logging_tool: runWithLogging,
  test_streaming_elicitation: (context) =>
    askOnce(context, 'confirm', ELICIT_OK) ?? say('elicited'),
  test_missing_capability: (context) =>
    askOnce(context, 'capital_question', SAMPLE) ?? say('sampled'),
  json_schema_2020_12_tool: () => say('valid'),
  test_input_required_result_elicitation: (context) =>
    askOnce(context, 'user_name', ELICIT_NAME) ?? say(`Hello, ${getAnswer(context, 'name')}!`),
  test_input_required_result_sampling: (context) =>
    askOnce(context, 'capital_question', SAMPLE) ?? say(`Answer: ${allAnswers(context)}`),
  test_input_required_result_list_roots: (context) =>
    askOnce(context, 'client_roots', ROOTS) ?? say(`Roots: ${allAnswers(context)}`),
  test_input_required_result_request_state: async (context) =>
    hasState(context) ? say('state-ok') : ask({ confirm: ELICIT_OK }, await states.mint('one')),
  test_input_required_result_multiple_inputs: async (context) =>
    hasState(context)
      ? say('all inputs received')
      : ask(
          { user_name: ELICIT_NAME, greeting: SAMPLE, client_roots: ROOTS },
          await states.mint('all'),
        ),
  test_input_required_result_multi_round: runRounds,
  test_input_required_result_tampered_state: async (context) =>
    hasState(context) ? say('state-ok') : ask({ confirm: ELICIT_OK }, await states.mint('one')),
  test_input_required_result_capabilities: (context) => {
    const declared = peek(context.mcpReq.envelope, CLIENT_CAPABILITIES_META_KEY);
    const canElicit = peek(declared, 'elicitation') !== undefined;
    return askOnce(context, 'question', canElicit ? ELICIT_NAME : SAMPLE) ?? say('done');
  },
};

function elicit(message: string, key: string) {
  const properties = { [key]: { type: 'string' as const } };
  return inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties, required: [key] },
  });
}

const ELICIT_NAME = elicit('What is your name?', 'name');
const ELICIT_OK = elicit('Please confirm', 'ok');
const SAMPLE = inputRequired.createMessage({
  messages: [{ role: 'user', content: { type: 'text', text: 'What is the capital of France?' } }],
  maxTokens: 100,
});
const ROOTS = inputRequired.listRoots();

type Question = typeof ELICIT_NAME;

function ask(inputRequests: Readonly<Record<string, Question>>, requestState?: string) {
  return inputRequired({
    inputRequests: { ...inputRequests },
    ...(requestState === undefined ? {} : { requestState }),
  });
}

/** Asks the one question unless its answer came with the request. */
function askOnce(context: ServerContext, key: string, question: Question) {
  return peek(context.mcpReq.inputResponses, key) === undefined
    ? ask({ [key]: question })
    : undefined;
}

function hasState(context: ServerContext): boolean {
  return context.mcpReq.requestState() !== undefined;
}

function allAnswers(context: ServerContext): string {
  return JSON.stringify(context.mcpReq.inputResponses);
}

function getAnswer(context: ServerContext, key: string): string {
  return String(peek(peek(peek(context.mcpReq.inputResponses, 'user_name'), 'content'), key));
}

async function runRounds(context: ServerContext): Promise<Answer> {
  const state = context.mcpReq.requestState<string>();
  if (state === undefined) return ask({ step1: ELICIT_NAME }, await states.mint('round-1'));
  if (state !== 'round-1') return say('all rounds done');
  const question = elicit('Step 2: What is your favorite color?', 'color');
  return ask({ step2: question }, await states.mint('round-2'));
}

async function runWithProgress(context: ServerContext, params: unknown): Promise<CallToolResult> {
  const token = peek(peek(params, '_meta'), 'progressToken');
  for (const progress of [0, 50, 100]) {
    if (typeof token === 'string' || typeof token === 'number') {
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: token, progress, total: 100 },
      });
    }
  }
  return say('Tool with progress executed.');
}

async function runWithLogging(context: ServerContext): Promise<CallToolResult> {
  for (const step of ['started', 'processing data', 'completed']) {
    await context.mcpReq.log('info', `Tool execution ${step}`);
  }
  return say('Tool with logging executed.');
}

function addResources(server: Server): void {
  server.setRequestHandler('resources/list', () => ({
    resources: [
      { uri: 'test://static-text', name: 'Static text', mimeType: 'text/plain' },
      { uri: 'test://static-binary', name: 'Static binary', mimeType: 'image/png' },
    ],
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'Template' }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    if (uri === 'test://static-text') {
      const text = 'This is the content of the static text resource.';
      return { contents: [{ uri, mimeType: 'text/plain', text }] };
    }
    if (uri === 'test://static-binary') {
      return { contents: [{ uri, mimeType: 'image/png', blob: PNG }] };
    }
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (id === undefined) throw new ResourceNotFoundError(uri);
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { contents: [{ uri, mimeType: 'application/json', text }] };
  });
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
}

const PROMPTS: Readonly<Record<string, readonly string[]>> = {
  test_simple_prompt: [],
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
  test_prompt_with_image: [],
  test_input_required_result_prompt: [],
};

function addPrompts(server: Server): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.entries(PROMPTS).map(([name, keys]) => ({
      name,
      description: `Fixture ${name}.`,
      arguments: keys.map((key) => ({ name: key, required: true })),
    })),
  }));
  server.setRequestHandler('prompts/get', AS_SENT, async (params, context) => {
    const name = String(peek(params, 'name'));
    if (name === 'test_input_required_result_prompt') {
      const question = elicit('What context should the prompt use?', 'context');
      return askOnce(context, 'user_context', question) ?? speak('Prompt with context.');
    }
    return getPrompt(name, params);
  });
}

function speak(text: string) {
  return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
}

function getPrompt(name: string, params: unknown) {
  const given = (key: string): string => String(peek(peek(params, 'arguments'), key));
  if (name === 'test_simple_prompt') return speak('This is a simple prompt for testing.');
  if (name === 'test_prompt_with_arguments') {
    return speak(`Prompt with arguments: arg1='${given('arg1')}', arg2='${given('arg2')}'`);
  }
  if (name === 'test_prompt_with_image') {
    const { messages } = speak('Please analyze the image above.');
    return { messages: [{ role: 'user' as const, content: image }, ...messages] };
  }
  if (name !== 'test_prompt_with_embedded_resource') {
    throw new ProtocolError(-32602, `Unknown prompt ${name}`);
  }
  const text = 'Embedded resource content for testing.';
  const resource = { uri: given('resourceUri'), mimeType: 'text/plain', text };
  const { messages } = speak('Please process the embedded resource above.');
  return {
    messages: [
      { role: 'user' as const, content: { type: 'resource' as const, resource } },
      ...messages,
    ],
  };
}
